import { fakeWorld } from './fake-world.js';
import { connected, eventually, PASSWORD, person, thread, value } from './person.js';

const world = fakeWorld();

describe('the session', () => {
  it('outlives its access token', async () => {
    world.server.accessLifetimeMs = 1_500;
    const { alice, bob, conversation } = await world.aliceAndBob();
    const renewals = () => world.server.requests.filter(({ route }) => route === 'POST auth/refresh').length;
    await eventually(renewals, (count) => count >= 4);
    value(await alice.messenger.send(conversation.conversationId, 'still here'));
    await eventually(
      () => thread(bob, conversation),
      ({ length }) => length === 1,
    );
  });

  it.each([
    ['session-ended', 'expired', null],
    ['session-reused', 'reused', null],
    ['account-banned', 'banned', null],
    ['account-banned', 'banned', { reason: 'Advertising to strangers', untilMs: 1_900_000_000_000 }],
    ['account-banned', 'banned', { reason: 'Advertising to strangers', untilMs: null }],
  ] as const)(
    '[T-82] that the server ends with %s says who ended it (%s, %j), and keeps what is here sealed',
    async (code, endedBy, ban) => {
      const { alice } = await world.aliceAndBob();
      world.server.ban = ban;
      for (const session of world.server.sessions)
        if (session.userId === world.server.account('alice').userId) session.ended = code;
      world.server.cutSockets('revoked');
      await eventually(
        () => alice.events,
        (events) => events.some((event) => event.type === 'session' && event.session.state === 'signed-out'),
      );
      const by = endedBy === 'expired' ? 'revoked' : endedBy;
      const expected = { state: 'signed-out', endedBy: by, ...(ban !== null && { ban }) };
      expect(await alice.messenger.restore()).toEqual(expected);
      await alice.messenger.close();
      const reloaded = world.keep(person(world.server.origin, { storage: alice.storage, jar: alice.jar }));
      expect(await reloaded.messenger.restore()).toEqual(expected);
      // The same device comes back with the password, and binds the new session to the certificate it has.
      const certs = world.server.account('alice').deviceCerts.length;
      value(await reloaded.messenger.logIn({ username: 'alice', password: PASSWORD }));
      expect(world.server.account('alice').deviceCerts).toHaveLength(certs);
      // what ended the session before is not said of the next
      await reloaded.messenger.logOut();
      expect(await reloaded.messenger.restore()).toEqual({ state: 'signed-out', endedBy: 'you' });
    },
  );

  it.each([
    ['Al', PASSWORD, 'invalid-username'],
    ['al ice', PASSWORD, 'invalid-username'],
    ['alice', 'short', 'password-too-weak'],
    ['alice', 'aaaaaaaaaaaaaaaa', 'password-too-weak'],
    ['alice1234', 'alice1234alice1234', 'password-too-weak'],
  ])('does not begin for %s with a bad name or password: nothing is sent', async (username, password, code) => {
    const { messenger } = world.keep(person(world.server.origin));
    expect(await messenger.register({ username, password, email: null })).toEqual({ ok: false, code });
    expect(world.server.requests).toEqual([]);
  });

  it('does not begin in an insecure context', async () => {
    const { messenger } = world.keep(person(world.server.origin, { secureContext: false }));
    expect(await messenger.register({ username: 'alice', password: PASSWORD, email: null })).toEqual({
      ok: false,
      code: 'insecure-context',
    });
    expect(world.server.requests).toEqual([]);
  });

  it('of an existing account is never made again', async () => {
    const { alice } = await world.aliceAndBob();
    const before = structuredClone(world.server.account('alice'));
    const { messenger } = world.keep(person(world.server.origin));
    expect(await messenger.register({ username: 'alice', password: PASSWORD, email: null })).toEqual({
      ok: false,
      code: 'username-taken',
    });
    expect(world.server.accounts.size).toBe(2);
    expect(world.server.account('alice').userId).toEqual(before.userId);
    expect(world.server.account('alice').bundle).toEqual(before.bundle);
    await alice.messenger.logOut();
  });

  it('that ends in one tab ends in the other', async () => {
    const { alice } = await world.aliceAndBob();
    const other = world.keep(person(world.server.origin, { storage: alice.storage, jar: alice.jar }));
    await other.messenger.restore();
    await connected(other);
    await alice.messenger.logOut();
    await eventually(
      () => other.events.at(-1),
      (event) => event?.type === 'session' && event.session.state === 'signed-out' && event.session.endedBy === 'you',
    );
    expect(await other.messenger.conversations()).toEqual([]);
  });
});
