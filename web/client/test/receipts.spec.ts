import { fakeWorld } from './fake-world.js';
import { connected, eventually, PASSWORD, person, talk, texts, thread, value, type Person } from './person.js';

jest.setTimeout(60_000);
const world = fakeWorld();

const statesOf = async (somebody: Person, conversation: Parameters<typeof thread>[1]) =>
  (await thread(somebody, conversation)).map(({ state }) => state);

/** Whoever is told nothing is not told later either. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 700));

describe('a read receipt', () => {
  it('goes out when the person has read, and not before', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    for (const body of ['one', 'two']) value(await alice.messenger.send(conversation.conversationId, body));
    await eventually(
      () => statesOf(alice, conversation),
      (states) => states.length === 2 && states.every((state) => state === 'delivered'),
    );
    await bob.messenger.markRead(conversation.conversationId);
    await eventually(
      () => statesOf(alice, conversation),
      (states) => states.every((state) => state === 'read'),
    );
    value(await alice.messenger.send(conversation.conversationId, 'three'));
    await eventually(
      () => statesOf(alice, conversation),
      (states) => states[2] === 'delivered',
    );
    expect(await statesOf(alice, conversation)).toEqual(['read', 'read', 'delivered']);
    expect(alice.events.filter((event) => event.type === 'message' && event.message.state === 'read')).toHaveLength(2);
  });

  it('is known to devices that come later', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    value(await alice.messenger.send(conversation.conversationId, 'one'));
    await eventually(
      () => thread(bob, conversation),
      ({ length }) => length === 1,
    );
    await bob.messenger.markRead(conversation.conversationId);
    await eventually(
      () => statesOf(alice, conversation),
      ([state]) => state === 'read',
    );
    const laptop = world.keep(person(world.server.origin));
    value(await laptop.messenger.logIn({ username: 'alice', password: PASSWORD }));
    await eventually(
      () => laptop.messenger.conversations(),
      ([first]) => first?.last?.state === 'read',
    );
  });

  it('is forged by nobody: the server repeats, changes and reflects what it has [T-53]', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    value(await alice.messenger.send(conversation.conversationId, 'one'));
    await eventually(
      () => statesOf(alice, conversation),
      ([state]) => state === 'delivered',
    );
    value(await bob.messenger.send(conversation.conversationId, 'back'));
    await eventually(
      () => thread(alice, conversation),
      ({ length }) => length === 2,
    );
    await alice.messenger.markRead(conversation.conversationId);
    const { receipts, messages } = world.server.conversations.get(conversation.conversationId)!;
    await eventually(
      () => receipts.size,
      (size) => size === 2,
    );
    await aWhile();
    for (const { bytes } of receipts.values()) {
      for (let index = 0; index < bytes.length; index += 97) {
        const forged = new Uint8Array(bytes);
        forged[index]! ^= 1;
        world.server.emitTo('alice', 'receipt:arrived', { receipt: forged });
      }
      world.server.emitTo('alice', 'receipt:arrived', { receipt: bytes });
    }
    for (const { envelope } of messages) world.server.emitTo('alice', 'receipt:arrived', { receipt: envelope });
    await aWhile();
    expect((await statesOf(alice, conversation))[0]).toBe('delivered');
  });

  it('marks as read on the other devices of who has read', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    const laptop = world.keep(person(world.server.origin));
    value(await laptop.messenger.logIn({ username: 'bob', password: PASSWORD }));
    await connected(laptop);
    for (const body of ['one', 'two']) value(await alice.messenger.send(conversation.conversationId, body));
    await eventually(
      () => laptop.messenger.conversations(),
      ([first]) => first?.unread === 2,
    );
    await eventually(
      () => bob.messenger.conversations(),
      ([first]) => first?.unread === 2,
    );
    await bob.messenger.markRead(conversation.conversationId);
    await eventually(
      () => laptop.messenger.conversations(),
      ([first]) => first?.unread === 0,
    );
  });
});

describe('unread counts', () => {
  it('agree on a device that comes later, by what the vault remembers', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    for (let n = 0; n < 5; n++) value(await alice.messenger.send(conversation.conversationId, `m${n}`));
    await eventually(
      () => thread(bob, conversation),
      ({ length }) => length === 5,
    );
    await bob.messenger.markRead(conversation.conversationId);
    await eventually(
      () => world.server.account('bob').vault.seq,
      (seq) => seq > 2,
    );
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    for (let n = 5; n < 70; n++) value(await alice.messenger.send(conversation.conversationId, `m${n}`));
    await eventually(
      () => bob.messenger.conversations(),
      ([first]) => first?.unread === 65,
    );
    const laptop = world.keep(person(world.server.origin));
    value(await laptop.messenger.logIn({ username: 'bob', password: PASSWORD }));
    await eventually(
      () => laptop.messenger.conversations(),
      ([first]) => first?.unread === 65,
    );
  });
});

describe('a request', () => {
  const stranger = async () => {
    const alice = world.keep(await signedUp('alice'));
    const bob = world.keep(await signedUp('bob', false));
    const conversation = await talk(alice, 'bob');
    value(await alice.messenger.send(conversation.conversationId, 'buy this'));
    await eventually(
      () => bob.messenger.conversations(),
      ([first]) => first?.unread === 1,
    );
    return { alice, bob, conversation };
  };
  const signedUp = async (username: string, acceptsRequests = true) => {
    const made = person(world.server.origin, { acceptsRequests });
    value(await made.messenger.register({ username, password: PASSWORD, email: null }));
    await connected(made);
    return made;
  };

  it('shows nothing that was written, and tells the stranger nothing [T-98]', async () => {
    const { alice, bob, conversation } = await stranger();
    await bob.messenger.markRead(conversation.conversationId);
    await aWhile();
    expect(await thread(bob, conversation)).toEqual([]);
    expect(await bob.messenger.conversations()).toMatchObject([{ standing: 'request', last: null }]);
    expect(JSON.stringify(bob.events)).not.toContain('buy this');
    expect(await statesOf(alice, conversation)).toEqual(['accepted']);
    expect(world.server.conversations.get(conversation.conversationId)!.receipts.size).toBe(0);
  });

  it('shows all and tells when it is accepted', async () => {
    const { alice, bob, conversation } = await stranger();
    value(await bob.messenger.acceptRequest(conversation.conversationId));
    expect(texts(await thread(bob, conversation))).toEqual(['buy this']);
    await eventually(
      () => JSON.stringify(bob.events),
      (events) => events.includes('buy this'),
    );
    await eventually(
      () => statesOf(alice, conversation),
      ([state]) => state === 'delivered',
    );
  });

  it('is accepted by an answer, on all devices', async () => {
    const { alice, bob, conversation } = await stranger();
    const laptop = world.keep(person(world.server.origin, { acceptsRequests: false }));
    value(await laptop.messenger.logIn({ username: 'bob', password: PASSWORD }));
    await connected(laptop);
    await eventually(
      () => laptop.messenger.conversations(),
      ([first]) => first?.standing === 'request',
    );
    value(await bob.messenger.send(conversation.conversationId, 'who are you?'));
    await eventually(
      () => thread(laptop, conversation),
      (messages) => texts(messages).join() === 'buy this,who are you?',
    );
    await eventually(
      () => statesOf(alice, conversation),
      ([state]) => state === 'delivered',
    );
  });

  it('needs none for who was spoken to', async () => {
    const { alice, bob, conversation } = await stranger();
    value(await bob.messenger.send(conversation.conversationId, 'who are you?'));
    await eventually(
      () => thread(alice, conversation),
      (messages) => texts(messages).includes('who are you?'),
    );
    expect(await alice.messenger.conversations()).toMatchObject([{ standing: 'open' }]);
  });
});

describe('a block', () => {
  it('shows nothing of theirs, tells them nothing and holds on devices that come later', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    value(await alice.messenger.send(conversation.conversationId, 'before'));
    await eventually(
      () => statesOf(alice, conversation),
      ([state]) => state === 'delivered',
    );
    const { userId } = world.server.account('alice');
    value(await bob.messenger.block(userId));
    value(await alice.messenger.send(conversation.conversationId, 'after'));
    await eventually(
      () => statesOf(alice, conversation),
      (states) => states[1] === 'accepted',
    );
    await bob.messenger.markRead(conversation.conversationId);
    await aWhile();
    expect(await statesOf(alice, conversation)).toEqual(['delivered', 'accepted']);
    expect(await thread(bob, conversation)).toEqual([]);
    expect(await bob.messenger.conversations()).toMatchObject([{ standing: 'blocked', unread: 0, last: null }]);
    expect(await bob.messenger.blocked()).toMatchObject([{ username: 'alice' }]);
    expect(await bob.messenger.send(conversation.conversationId, 'no')).toEqual({ ok: false, code: 'forbidden' });
    const laptop = world.keep(person(world.server.origin));
    value(await laptop.messenger.logIn({ username: 'bob', password: PASSWORD }));
    await eventually(
      () => laptop.messenger.conversations(),
      ([first]) => first?.standing === 'blocked',
    );
    value(await bob.messenger.unblock(userId));
    await eventually(
      () => thread(bob, conversation),
      (messages) => texts(messages).join() === 'before,after',
    );
    expect(await bob.messenger.blocked()).toEqual([]);
  });

  it('is refused of oneself', async () => {
    const { alice } = await world.aliceAndBob();
    const { userId } = world.server.account('alice');
    expect(await alice.messenger.block(userId)).toEqual({ ok: false, code: 'self-conversation' });
  });
});

describe('a receipt that came while nobody was connected', () => {
  it('is asked for with the next connection, though no message is new', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    value(await alice.messenger.send(conversation.conversationId, 'one'));
    await eventually(
      () => statesOf(alice, conversation),
      ([state]) => state === 'delivered',
    );
    await alice.messenger.close();
    await bob.messenger.markRead(conversation.conversationId);
    await aWhile();
    const again = world.keep(person(world.server.origin, { storage: alice.storage, jar: alice.jar }));
    await again.messenger.restore();
    await connected(again);
    await eventually(
      () => again.events,
      (events) => events.some((event) => event.type === 'message' && event.message.state === 'read'),
    );
  });
});

describe('receipts that come close together', () => {
  it('do not overtake one another, and what was refused for now is said again', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    const { userId } = world.server.account('bob');
    let refusals = 2;
    world.server.refuse = (command, by) =>
      command === 'message:delivered' && by === userId && refusals-- > 0 ? 'throttled' : null;
    for (let n = 0; n < 40; n++) {
      value(await alice.messenger.send(conversation.conversationId, `m${n}`));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await eventually(
      () => statesOf(alice, conversation),
      (states) => states.length === 40 && states.every((state) => state === 'delivered'),
      12_000,
    );
    expect(texts(await thread(bob, conversation))).toHaveLength(40);
  });
});
