import type { MessageView } from '../src/messenger.js';
import { fakeWorld } from './fake-world.js';
import { connected, eventually, PASSWORD, person, signUp, talk, texts, thread, value } from './person.js';

const world = fakeWorld();

describe('two people', () => {
  it('talk, and see every state up to delivered', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    value(await alice.messenger.send(conversation.conversationId, 'hello bob'));
    const inbox = await eventually(
      () => bob.messenger.conversations(),
      ([first]) => first?.last?.content.kind === 'text',
    );
    expect(inbox[0]).toMatchObject({ unread: 1, peer: { username: 'alice', trust: 'first-use' }, held: false });
    value(await bob.messenger.send(conversation.conversationId, 'hello alice'));
    await eventually(
      () => thread(alice, conversation),
      (messages) => messages.length === 2 && messages[0]!.state === 'delivered',
    );
    expect(texts(await thread(alice, conversation))).toEqual(['hello bob', 'hello alice']);
    expect(texts(await thread(bob, conversation))).toEqual(['hello bob', 'hello alice']);
    const states = alice.events.flatMap((event) =>
      event.type === 'message' && event.message.outgoing ? [event.message.state] : [],
    );
    expect([...new Set(states)]).toEqual(['sending', 'encrypted', 'accepted', 'delivered']);
    expect(await alice.messenger.credits()).toBe(499);
  });

  it('talk at the same time, many messages both ways, each once and in the order of its sender', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    const { conversationId } = conversation;
    await eventually(
      () => bob.messenger.conversations(),
      ({ length }) => length === 1,
    );
    for (let n = 0; n < 60; n++) {
      value(await alice.messenger.send(conversationId, `a${n}`));
      value(await bob.messenger.send(conversationId, `b${n}`));
    }
    for (const somebody of [alice, bob]) {
      const messages = await eventually(
        () => thread(somebody, conversation),
        (found) => found.filter(({ seq }) => seq !== null).length === 120,
      );
      for (const sender of ['a', 'b']) {
        expect(texts(messages).filter((text) => text.startsWith(sender))).toEqual(
          Array.from({ length: 60 }, (_, n) => `${sender}${n}`),
        );
      }
      expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 120 }, (_, n) => n + 1));
    }
    const delivered = (messages: readonly MessageView[]) =>
      messages.filter(({ outgoing }) => outgoing).every(({ state }) => state === 'delivered' || state === 'read');
    await eventually(() => thread(alice, conversation), delivered);
    await eventually(() => thread(bob, conversation), delivered);
    expect(alice.events.filter(({ type }) => type === 'alarm')).toEqual([]);
    expect(bob.events.filter(({ type }) => type === 'alarm')).toEqual([]);
  });

  it('leave nothing of what they say in the clear on their disks', async () => {
    const { alice, conversation } = await world.aliceAndBob();
    value(await alice.messenger.send(conversation.conversationId, 'MARKER-OF-ALICE'));
    await eventually(
      () => thread(alice, conversation),
      ([first]) => first?.state === 'accepted' || first?.state === 'delivered',
    );
    for (const { value: stored, table } of alice.storage.dump()) {
      if (table === 'keys') {
        expect((stored as CryptoKey).extractable).toBe(false);
      } else {
        const text = Buffer.from(stored as Uint8Array).toString('latin1');
        for (const secret of ['MARKER-OF-ALICE', 'alice', 'bob', PASSWORD]) expect(text).not.toContain(secret);
      }
    }
  });
});

describe('a clean browser', () => {
  it('reads everything with the password alone, newest first and older on demand', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    for (let n = 0; n < 130; n++) value(await alice.messenger.send(conversation.conversationId, `m${n}`));
    await eventually(
      () => alice.messenger.unsent(),
      (unsent) => unsent === 0,
    );
    await eventually(
      () => thread(bob, conversation),
      ({ length }) => length === 130,
    );
    await bob.messenger.logOut();
    expect(bob.storage.dump().filter(({ database }) => database !== 'secureconnect')).toEqual([]);

    const clean = world.keep(person(world.server.origin));
    expect(value(await clean.messenger.logIn({ username: 'Bob', password: PASSWORD })).username).toBe('bob');
    await connected(clean);
    await eventually(
      () => clean.messenger.conversations(),
      ([first]) => first?.last?.content.kind === 'text',
    );
    const newest = value(await clean.messenger.messages(conversation.conversationId, { beforeSeq: null, limit: 30 }));
    expect(newest.more).toBe(true);
    expect(texts(newest.messages)).toEqual(Array.from({ length: 30 }, (_, n) => `m${100 + n}`));
    const older = value(await clean.messenger.messages(conversation.conversationId, { beforeSeq: 101, limit: 70 }));
    expect(texts(older.messages)).toEqual(Array.from({ length: 70 }, (_, n) => `m${30 + n}`));
    const oldest = value(await clean.messenger.messages(conversation.conversationId, { beforeSeq: 31, limit: 70 }));
    expect(texts(oldest.messages)).toEqual(Array.from({ length: 30 }, (_, n) => `m${n}`));
    expect(oldest.more).toBe(false);
    value(await clean.messenger.send(conversation.conversationId, 'from the new device'));
    await eventually(
      () => thread(alice, conversation),
      (messages) => texts(messages).includes('from the new device'),
    );
  });

  it('is refused with a wrong password, and nothing is kept', async () => {
    await world.aliceAndBob();
    const clean = world.keep(person(world.server.origin));
    expect(await clean.messenger.logIn({ username: 'alice', password: 'another battery staple' })).toEqual({
      ok: false,
      code: 'credentials-refused',
    });
    expect(await clean.messenger.restore()).toEqual({ state: 'signed-out', endedBy: null });
  });
});

describe('pins', () => {
  it('of two devices are merged in the vault', async () => {
    await world.aliceAndBob();
    world.keep(await signUp(world.server.origin, 'carol'));
    world.keep(await signUp(world.server.origin, 'dave'));
    const devices = [world.keep(person(world.server.origin)), world.keep(person(world.server.origin))];
    for (const device of devices) value(await device.messenger.logIn({ username: 'alice', password: PASSWORD }));
    await Promise.all(devices.map(connected));
    await Promise.all([talk(devices[0]!, 'carol'), talk(devices[1]!, 'dave')]);
    // alice's item of account keys, one of encryption keys, names of three devices, and pins of bob, carol and dave
    await eventually(
      () => world.server.account('alice').vault.items.length,
      (items) => items === 8,
    );
  });
});
