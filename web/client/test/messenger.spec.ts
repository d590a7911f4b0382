import { FakeServer } from './fake-server';
import type { MessageView } from '../src/messenger';
import { processLocks } from '../src/locks';
import { connected, eventually, PASSWORD, person, signUp, talk, texts, thread, value, type Person } from './person';

jest.setTimeout(20_000);

let server: FakeServer;
const people: Person[] = [];
const keep = (made: Person) => (people.push(made), made);

beforeEach(async () => {
  server = await FakeServer.start();
});
afterEach(async () => {
  await Promise.all(people.splice(0).map(({ messenger }) => messenger.close()));
  await server.stop();
});

async function aliceAndBob() {
  const alice = keep(await signUp(server.origin, 'alice'));
  const bob = keep(await signUp(server.origin, 'bob'));
  const conversation = await talk(alice, 'bob');
  return { alice, bob, conversation };
}

describe('two people', () => {
  it('talk, and see every state up to delivered', async () => {
    const { alice, bob, conversation } = await aliceAndBob();
    value(await alice.messenger.send(conversation.conversationId, 'hello bob'));
    const inbox = await eventually(() => bob.messenger.conversations(), ([first]) => first?.last?.content.kind === 'text');
    expect(inbox[0]).toMatchObject({ unread: 1, peer: { username: 'alice', trust: 'first-use' }, held: false });
    value(await bob.messenger.send(conversation.conversationId, 'hello alice'));
    await eventually(() => thread(alice, conversation), (messages) => messages.length === 2 && messages[0]!.state === 'delivered');
    expect(texts(await thread(alice, conversation))).toEqual(['hello bob', 'hello alice']);
    expect(texts(await thread(bob, conversation))).toEqual(['hello bob', 'hello alice']);
    const states = alice.events.flatMap((event) => (event.type === 'message' && event.message.outgoing ? [event.message.state] : []));
    expect([...new Set(states)]).toEqual(['sending', 'encrypted', 'accepted', 'delivered']);
    expect(await alice.messenger.credits()).toBe(499);
  });

  it('talk at the same time, many messages both ways, each once and in the order of its sender', async () => {
    const { alice, bob, conversation } = await aliceAndBob();
    const { conversationId } = conversation;
    await eventually(() => bob.messenger.conversations(), ({ length }) => length === 1);
    for (let n = 0; n < 60; n++) {
      value(await alice.messenger.send(conversationId, `a${n}`));
      value(await bob.messenger.send(conversationId, `b${n}`));
    }
    for (const somebody of [alice, bob]) {
      const messages = await eventually(() => thread(somebody, conversation), (found) => found.filter(({ seq }) => seq !== null).length === 120);
      for (const sender of ['a', 'b']) {
        expect(texts(messages).filter((text) => text.startsWith(sender))).toEqual(Array.from({ length: 60 }, (_, n) => `${sender}${n}`));
      }
      expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 120 }, (_, n) => n + 1));
    }
    const delivered = (messages: readonly MessageView[]) => messages.filter(({ outgoing }) => outgoing).every(({ state }) => state === 'delivered');
    await eventually(() => thread(alice, conversation), delivered);
    await eventually(() => thread(bob, conversation), delivered);
    expect(alice.events.filter(({ type }) => type === 'alarm')).toEqual([]);
    expect(bob.events.filter(({ type }) => type === 'alarm')).toEqual([]);
  });

  it('leave nothing of what they say in the clear on their disks', async () => {
    const { alice, conversation } = await aliceAndBob();
    value(await alice.messenger.send(conversation.conversationId, 'MARKER-OF-ALICE'));
    await eventually(() => thread(alice, conversation), ([first]) => first?.state === 'accepted' || first?.state === 'delivered');
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

describe('a reload', () => {
  it('needs no password, and finds messages, peers and trust again without the network', async () => {
    const { alice, conversation } = await aliceAndBob();
    value(await alice.messenger.send(conversation.conversationId, 'before'));
    await eventually(() => thread(alice, conversation), ([first]) => first?.seq === 1);
    await alice.messenger.close();
    const again = keep(person(server.origin, { storage: alice.storage, fetch: () => Promise.reject(new TypeError('no network')) }));
    expect(await again.messenger.restore()).toMatchObject({ state: 'signed-in', self: { username: 'alice' } });
    expect(texts(await thread(again, conversation))).toEqual(['before']);
    expect((await again.messenger.conversations())[0]).toMatchObject({ peer: { username: 'bob', trust: 'first-use' } });
  });

  it('sends what was written without a connection, once', async () => {
    const { alice, bob, conversation } = await aliceAndBob();
    await alice.messenger.close();
    const offline = keep(person(server.origin, { storage: alice.storage, fetch: () => Promise.reject(new TypeError('no network')) }));
    await offline.messenger.restore();
    expect(value(await offline.messenger.send(conversation.conversationId, 'written offline')).state).toBe('sending');
    expect(await offline.messenger.unsent()).toBe(1);
    await offline.messenger.close();
    const online = keep(person(server.origin, { storage: alice.storage, jar: alice.jar }));
    await online.messenger.restore();
    await eventually(() => online.messenger.unsent(), (unsent) => unsent === 0);
    await eventually(() => thread(bob, conversation), (messages) => texts(messages).includes('written offline'));
    expect(texts(await thread(online, conversation))).toEqual(['written offline']);
  });

  it.each([1, 2, 3, 5, 8, 13])('after a crash at step %d of sending loses nothing and repeats nothing', async (steps) => {
    const { alice, bob, conversation } = await aliceAndBob();
    let commits = 0;
    let crashed: Person['storage'] | null = null;
    const open = alice.storage.open.bind(alice.storage);
    await alice.messenger.close();
    const watched = { ...alice.storage, open: async (name: string) => {
      const store = await open(name);
      const commit = store.commit.bind(store);
      return Object.assign(store, { commit: async (change: Parameters<typeof commit>[0]) => {
        const done = await commit(change);
        if (sending && ++commits === steps) crashed = alice.storage.snapshot();
        return done;
      } });
    } };
    let sending = false;
    const first = keep(person(server.origin, { storage: watched, jar: alice.jar }));
    await first.messenger.restore();
    await connected(first);
    sending = true;
    const written: string[] = [];
    for (let n = 0; n < 10 && crashed === null; n++) {
      value(await first.messenger.send(conversation.conversationId, `m${n}`));
      if (crashed === null || n === 0) written.push(`m${n}`);
    }
    await eventually(() => crashed, (found) => found !== null);
    await first.messenger.close();
    const again = keep(person(server.origin, { storage: crashed!, jar: alice.jar }));
    await again.messenger.restore();
    await connected(again);
    await eventually(() => again.messenger.unsent(), (unsent) => unsent === 0);
    value(await again.messenger.send(conversation.conversationId, 'after'));
    const messages = await eventually(() => thread(bob, conversation), (found) => texts(found).includes('after'));
    const mine = texts(messages);
    expect(new Set(mine).size).toBe(mine.length);
    expect(mine).not.toContain('unverifiable');
    // What send() had promised before the crash is there.
    expect(mine.slice(0, Math.min(1, written.length))).toEqual(written.slice(0, 1));
    expect(texts(await thread(again, conversation))).toEqual(mine);
  });
});

describe('a clean browser', () => {
  it('reads everything with the password alone, newest first and older on demand', async () => {
    const { alice, bob, conversation } = await aliceAndBob();
    for (let n = 0; n < 130; n++) value(await alice.messenger.send(conversation.conversationId, `m${n}`));
    await eventually(() => alice.messenger.unsent(), (unsent) => unsent === 0);
    await eventually(() => thread(bob, conversation), ({ length }) => length === 130);
    await bob.messenger.logOut();
    expect(bob.storage.dump().filter(({ database }) => database !== 'secureconnect')).toEqual([]);

    const clean = keep(person(server.origin));
    expect(value(await clean.messenger.logIn({ username: 'Bob', password: PASSWORD })).username).toBe('bob');
    await connected(clean);
    await eventually(() => clean.messenger.conversations(), ([first]) => first?.last?.content.kind === 'text');
    const newest = value(await clean.messenger.messages(conversation.conversationId, { beforeSeq: null, limit: 30 }));
    expect(newest.more).toBe(true);
    expect(texts(newest.messages)).toEqual(Array.from({ length: 30 }, (_, n) => `m${100 + n}`));
    const older = value(await clean.messenger.messages(conversation.conversationId, { beforeSeq: 101, limit: 70 }));
    expect(texts(older.messages)).toEqual(Array.from({ length: 70 }, (_, n) => `m${30 + n}`));
    const oldest = value(await clean.messenger.messages(conversation.conversationId, { beforeSeq: 31, limit: 70 }));
    expect(texts(oldest.messages)).toEqual(Array.from({ length: 30 }, (_, n) => `m${n}`));
    expect(oldest.more).toBe(false);
    value(await clean.messenger.send(conversation.conversationId, 'from the new device'));
    await eventually(() => thread(alice, conversation), (messages) => texts(messages).includes('from the new device'));
  });

  it('is refused with a wrong password, and nothing is kept', async () => {
    await aliceAndBob();
    const clean = keep(person(server.origin));
    expect(await clean.messenger.logIn({ username: 'alice', password: 'another battery staple' })).toEqual({ ok: false, code: 'credentials-refused' });
    expect(await clean.messenger.restore()).toEqual({ state: 'signed-out', endedBy: null });
  });
});

describe('sending', () => {
  it('sends the same bytes again when the answer was lost, and shows the message once', async () => {
    const { alice, bob, conversation } = await aliceAndBob();
    let silent = true;
    server.refuse = (command) => (command === 'message:send' && silent ? 'silence' : null);
    value(await alice.messenger.send(conversation.conversationId, 'did it arrive?'));
    await eventually(() => thread(bob, conversation), ({ length }) => length === 1);
    silent = false;
    server.cutSockets();
    await eventually(() => thread(alice, conversation), ([first]) => first?.state === 'delivered');
    expect(await alice.messenger.unsent()).toBe(0);
    expect(texts(await thread(alice, conversation))).toEqual(['did it arrive?']);
    expect(server.account('alice').available).toBe(499);
  });

  it('keeps the text when credits run out, and seals it anew at its right place on retry', async () => {
    const { alice, bob, conversation } = await aliceAndBob();
    server.account('alice').available = 1;
    for (const body of ['paid', 'unpaid 1', 'unpaid 2']) value(await alice.messenger.send(conversation.conversationId, body));
    const stuck = await eventually(() => thread(alice, conversation), (messages) => messages.filter(({ state }) => state === 'failed').length === 2);
    expect(stuck.filter(({ state }) => state === 'failed')).toMatchObject([
      { content: { body: 'unpaid 1' }, refusal: 'insufficient-credits' },
      { content: { body: 'unpaid 2' }, refusal: 'insufficient-credits' },
    ]);
    server.account('alice').available = 10;
    const [first, second] = stuck.filter(({ state }) => state === 'failed');
    value(await alice.messenger.retry(second!.messageId));
    await eventually(() => thread(bob, conversation), ({ length }) => length === 2);
    value(await alice.messenger.retry(first!.messageId));
    const received = await eventually(() => thread(bob, conversation), ({ length }) => length === 3);
    expect(texts(received)).toEqual(['paid', 'unpaid 2', 'unpaid 1']);
  });

  it('discards what was not accepted', async () => {
    const { alice, conversation } = await aliceAndBob();
    server.account('alice').available = 0;
    const { messageId } = value(await alice.messenger.send(conversation.conversationId, 'never mind'));
    await eventually(() => thread(alice, conversation), ([first]) => first?.state === 'failed');
    await alice.messenger.discard(messageId);
    expect(await thread(alice, conversation)).toEqual([]);
    expect(alice.events).toContainEqual({ type: 'message-removed', conversationId: conversation.conversationId, messageId });
    server.account('alice').available = 5;
    value(await alice.messenger.send(conversation.conversationId, 'this instead'));
    await eventually(() => thread(alice, conversation), ([first]) => first?.seq === 1);
  });

  it.each(['credits-unavailable', 'unavailable', 'throttled', 'internal'])('tries again after %s', async (code) => {
    const { alice, bob, conversation } = await aliceAndBob();
    let refusals = 2;
    server.refuse = (command) => (command === 'message:send' && refusals-- > 0 ? code : null);
    for (const body of ['one', 'two', 'three']) value(await alice.messenger.send(conversation.conversationId, body));
    expect(texts(await eventually(() => thread(bob, conversation), ({ length }) => length === 3))).toEqual(['one', 'two', 'three']);
  });

  it('from two tabs of one device keeps one chain', async () => {
    const { alice, bob, conversation } = await aliceAndBob();
    const locks = processLocks();
    await alice.messenger.close();
    const tabs = [keep(person(server.origin, { storage: alice.storage, jar: alice.jar, locks })), keep(person(server.origin, { storage: alice.storage, jar: alice.jar, locks }))];
    for (const tab of tabs) {
      await tab.messenger.restore();
      await connected(tab);
    }
    await Promise.all(
      tabs.flatMap((tab, t) => Array.from({ length: 25 }, (_, n) => tab.messenger.send(conversation.conversationId, `tab${t} ${n}`).then(value))),
    );
    const received = await eventually(() => thread(bob, conversation), ({ length }) => length === 50);
    expect(new Set(texts(received)).size).toBe(50);
    await eventually(() => tabs[0]!.messenger.unsent(), (unsent) => unsent === 0);
    expect(server.account('alice').available).toBe(450);
  });

  it.each(['', 'x'.repeat(16_001), '\ud800'])('refuses a text that no reader would take', async (body) => {
    const { alice, conversation } = await aliceAndBob();
    expect(await alice.messenger.send(conversation.conversationId, body)).toEqual({ ok: false, code: 'text-too-long' });
  });
});

describe('the session', () => {
  it('outlives its access token', async () => {
    server.accessLifetimeMs = 400;
    const { alice, bob, conversation } = await aliceAndBob();
    const renewals = () => server.requests.filter(({ route }) => route === 'POST auth/refresh').length;
    await eventually(renewals, (count) => count >= 4);
    value(await alice.messenger.send(conversation.conversationId, 'still here'));
    await eventually(() => thread(bob, conversation), ({ length }) => length === 1);
  });

  it.each([
    ['session-ended', 'expired'],
    ['session-reused', 'reused'],
    ['account-banned', 'banned'],
  ] as const)('that the server ends with %s says who ended it, and keeps what is here sealed', async (code, endedBy) => {
    const { alice } = await aliceAndBob();
    for (const session of server.sessions) if (session.userId === server.account('alice').userId) session.ended = code;
    server.cutSockets('revoked');
    await eventually(() => alice.events, (events) => events.some((event) => event.type === 'session' && event.session.state === 'signed-out'));
    const expected = { state: 'signed-out', endedBy: endedBy === 'expired' ? 'revoked' : endedBy };
    expect(await alice.messenger.restore()).toEqual(expected);
    await alice.messenger.close();
    const reloaded = keep(person(server.origin, { storage: alice.storage, jar: alice.jar }));
    expect(await reloaded.messenger.restore()).toEqual(expected);
    // The same device comes back with the password, and binds the new session to the certificate it has.
    const certs = server.account('alice').deviceCerts.length;
    value(await reloaded.messenger.logIn({ username: 'alice', password: PASSWORD }));
    expect(server.account('alice').deviceCerts).toHaveLength(certs);
  });

  it.each([
    ['Al', PASSWORD, 'invalid-username'],
    ['al ice', PASSWORD, 'invalid-username'],
    ['alice', 'short', 'password-too-weak'],
    ['alice', 'aaaaaaaaaaaaaaaa', 'password-too-weak'],
    ['alice1234', 'alice1234alice1234', 'password-too-weak'],
  ])('does not begin for %s with a bad name or password: nothing is sent', async (username, password, code) => {
    const { messenger } = keep(person(server.origin));
    expect(await messenger.register({ username, password, email: null })).toEqual({ ok: false, code });
    expect(server.requests).toEqual([]);
  });

  it('does not begin in an insecure context', async () => {
    const { messenger } = keep(person(server.origin, { secureContext: false }));
    expect(await messenger.register({ username: 'alice', password: PASSWORD, email: null })).toEqual({ ok: false, code: 'insecure-context' });
    expect(server.requests).toEqual([]);
  });

  it('of an existing account is never made again', async () => {
    const { alice } = await aliceAndBob();
    const before = structuredClone(server.account('alice'));
    const { messenger } = keep(person(server.origin));
    expect(await messenger.register({ username: 'alice', password: PASSWORD, email: null })).toEqual({ ok: false, code: 'username-taken' });
    expect(server.accounts.size).toBe(2);
    expect(server.account('alice').userId).toEqual(before.userId);
    expect(server.account('alice').bundle).toEqual(before.bundle);
    await alice.messenger.logOut();
  });
});

describe('pins', () => {
  it('of two devices are merged in the vault', async () => {
    await aliceAndBob();
    keep(await signUp(server.origin, 'carol'));
    keep(await signUp(server.origin, 'dave'));
    const devices = [keep(person(server.origin)), keep(person(server.origin))];
    for (const device of devices) value(await device.messenger.logIn({ username: 'alice', password: PASSWORD }));
    await Promise.all(devices.map(connected));
    await Promise.all([talk(devices[0]!, 'carol'), talk(devices[1]!, 'dave')]);
    // alice's item of account keys, one of encryption keys, and pins of bob, carol and dave
    await eventually(() => server.account('alice').vault.items.length, (items) => items === 5);
  });
});
