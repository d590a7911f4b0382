import { fakeWorld } from './fake-world.js';
import { connected, eventually, PASSWORD, person, texts, thread, value, type Person } from './person.js';

const world = fakeWorld();
const NEXT = 'an entirely different sentence';

const tries = async (attempt: Promise<{ ok: boolean; code?: string }>) => (await attempt).code;
const clean = () => world.keep(person(world.server.origin));
const signedOut = ({ events }: Person) =>
  eventually(
    () => events.findLast((event) => event.type === 'session'),
    (event) => event?.type === 'session' && event.session.state === 'signed-out',
  );
const alarms = ({ events }: Person) => events.flatMap((event) => (event.type === 'alarm' ? [event.alarm.code] : []));
async function recoveryKeyOf({ messenger }: Person): Promise<string> {
  const key = value(await messenger.makeRecoveryKey(PASSWORD));
  value(await messenger.confirmRecoveryKey(key));
  return key;
}

describe('a password', () => {
  it('is changed: the new one opens, the old one does not, other devices go on', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    const phone = clean();
    value(await phone.messenger.logIn({ username: 'alice', password: PASSWORD }));
    await connected(phone);
    value(await alice.messenger.changePassword({ current: PASSWORD, next: NEXT, known: false }));
    const other = clean();
    expect(await tries(other.messenger.logIn({ username: 'alice', password: PASSWORD }))).toBe('credentials-refused');
    value(await other.messenger.logIn({ username: 'alice', password: NEXT }));
    value(await phone.messenger.send(conversation.conversationId, 'still on'));
    await eventually(
      () => thread(bob, conversation),
      (list) => texts(list).includes('still on'),
    );
    // No session of the questions that were asked in between is left.
    const standing = world.server.sessions.filter(
      ({ ended, userId }) => !ended && userId === world.server.account('alice').userId,
    );
    expect(standing).toHaveLength(3);
    expect(alarms(alice)).toEqual([]);
  });

  it('is not changed with a wrong one, to a weak one, or without an answer', async () => {
    const { alice } = await world.aliceAndBob();
    const before = structuredClone(world.server.account('alice'));
    const change = (current: string, next: string) =>
      tries(alice.messenger.changePassword({ current, next, known: false }));
    expect(await change('not the password at all', NEXT)).toBe('credentials-refused');
    expect(await change(PASSWORD, 'short')).toBe('password-too-weak');
    expect(world.server.account('alice').authSecret).toBe(before.authSecret);
    value(await alice.messenger.changePassword({ current: PASSWORD, next: NEXT, known: false }));
  });

  it('[T-19] is not said to be changed by a server that keeps the old vault', async () => {
    const { alice } = await world.aliceAndBob();
    const account = world.server.account('alice');
    const { vault } = structuredClone(account);
    world.server.after = (route) => {
      if (route === 'POST auth/password') account.vault = vault;
    };
    expect(await tries(alice.messenger.changePassword({ current: PASSWORD, next: NEXT, known: false }))).toBe(
      'server-answer-refused',
    );
    expect(alarms(alice)).toContain('server-answer-refused');
  });

  it('[T-19] is not said to be changed by a server that keeps the old secret', async () => {
    const { alice } = await world.aliceAndBob();
    const account = world.server.account('alice');
    const { authSecret, serverShare } = account;
    world.server.after = (route) => {
      if (route === 'POST auth/password') Object.assign(account, { authSecret, serverShare });
    };
    expect(await tries(alice.messenger.changePassword({ current: PASSWORD, next: NEXT, known: false }))).toBe(
      'server-answer-refused',
    );
  });

  it('is changed even where the answer is lost on the way, if the server has taken it', async () => {
    const { alice } = await world.aliceAndBob();
    let lost = 0;
    world.server.after = (route) => {
      if (route === 'POST auth/password' && lost++ === 0) throw new Error('unavailable');
    };
    const change = () => alice.messenger.changePassword({ current: PASSWORD, next: NEXT, known: true });
    const first = await change();
    if (!first.ok) expect(first.code).toBe('unavailable');
    // Taken, and not known to be: the vault of the new key opens here all the same, also after a reload.
    await alice.messenger.close();
    const reloaded = world.keep(person(world.server.origin, { storage: alice.storage, jar: alice.jar }));
    await reloaded.messenger.restore();
    await connected(reloaded);
    value(await reloaded.messenger.makeRecoveryKey(NEXT));
    expect(alarms(reloaded)).toEqual([]);
  });
});

describe('a password that somebody knew', () => {
  it('takes every other device and session with it, and everything that follows is sealed for other keys', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    const thief = clean();
    value(await thief.messenger.logIn({ username: 'alice', password: PASSWORD }));
    await connected(thief);
    await recoveryKeyOf(alice);
    const stolen = thief.storage.snapshot();
    value(await alice.messenger.changePassword({ current: PASSWORD, next: NEXT, known: true }));
    await signedOut(thief);
    expect(await alice.messenger.hasRecoveryKey()).toBe(false);
    expect(value(await alice.messenger.devices()).filter(({ revokedAtMs }) => revokedAtMs === null)).toHaveLength(1);
    expect(world.server.account('alice').bundles).toHaveLength(2);
    value(await bob.messenger.send(conversation.conversationId, 'only for the new keys'));
    await eventually(
      () => thread(alice, conversation),
      (list) => texts(list).includes('only for the new keys'),
    );
    // What the thief kept opens nothing of it: his vault key is of the old vault, and his encryption keys are the old ones.
    const again = world.keep(person(world.server.origin, { storage: stolen, jar: thief.jar }));
    await again.messenger.restore();
    const [view] = await again.messenger.conversations();
    expect(JSON.stringify(view ?? null)).not.toContain('only for the new keys');
    // Contacts see no change of person, and other tabs and reloads of this device go on.
    expect(alarms(bob)).toEqual([]);
    await alice.messenger.close();
    const reloaded = world.keep(person(world.server.origin, { storage: alice.storage, jar: alice.jar }));
    expect((await reloaded.messenger.restore()).state).toBe('signed-in');
    await connected(reloaded);
    value(await reloaded.messenger.send(conversation.conversationId, 'after the reload'));
    await eventually(
      () => thread(bob, conversation),
      (list) => texts(list).includes('after the reload'),
    );
  });

  it('goes on in another tab of the same device', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    const tab = world.keep(person(world.server.origin, { storage: alice.storage, jar: alice.jar }));
    await tab.messenger.restore();
    await connected(tab);
    value(await alice.messenger.changePassword({ current: PASSWORD, next: NEXT, known: true }));
    value(await bob.messenger.send(conversation.conversationId, 'in both tabs'));
    for (const each of [alice, tab]) {
      await eventually(
        () => thread(each, conversation),
        (list) => texts(list).includes('in both tabs'),
      );
    }
    value(await tab.messenger.send(conversation.conversationId, 'from the other tab'));
    await eventually(
      () => thread(bob, conversation),
      (list) => texts(list).includes('from the other tab'),
    );
    expect(alarms(tab)).toEqual([]);
  });

  it('[T-20] is not said to be safe again by a server that keeps a session', async () => {
    const { alice } = await world.aliceAndBob();
    const thief = clean();
    value(await thief.messenger.logIn({ username: 'alice', password: PASSWORD }));
    world.server.endSessions = () => undefined;
    expect(await tries(alice.messenger.changePassword({ current: PASSWORD, next: NEXT, known: true }))).toBe(
      'server-answer-refused',
    );
  });
});

describe('a recovery key', () => {
  it('is set when it was typed back, and not before', async () => {
    const { alice } = await world.aliceAndBob();
    expect(await alice.messenger.hasRecoveryKey()).toBe(false);
    const key = value(await alice.messenger.makeRecoveryKey(PASSWORD));
    expect(key).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){13}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(await alice.messenger.hasRecoveryKey()).toBe(false);
    expect(await tries(alice.messenger.confirmRecoveryKey(key.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))))).toBe(
      'recovery-key-mistyped',
    );
    value(await alice.messenger.confirmRecoveryKey(` ${key.toLowerCase().replaceAll('-', ' ')} `));
    expect(await alice.messenger.hasRecoveryKey()).toBe(true);
    expect(await tries(alice.messenger.confirmRecoveryKey(key))).toBe('recovery-key-forgotten');
    const bare = key.replaceAll('-', '');
    expect(JSON.stringify(world.server.requests)).not.toContain(bare.slice(0, 20));
  });

  it('wants the password, and is forgotten when another is made or the password changes', async () => {
    const { alice } = await world.aliceAndBob();
    expect(await tries(alice.messenger.makeRecoveryKey('not the password at all'))).toBe('credentials-refused');
    const first = value(await alice.messenger.makeRecoveryKey(PASSWORD));
    const second = value(await alice.messenger.makeRecoveryKey(PASSWORD));
    expect(await tries(alice.messenger.confirmRecoveryKey(first))).toBe('recovery-key-mistyped');
    value(await alice.messenger.changePassword({ current: PASSWORD, next: NEXT, known: false }));
    expect(await tries(alice.messenger.confirmRecoveryKey(second))).toBe('recovery-key-forgotten');
  });

  it('opens the account in a clean browser, with the history, and sets a new password', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    value(await bob.messenger.send(conversation.conversationId, 'remember me'));
    const recoveryKey = await recoveryKeyOf(alice);
    const browser = clean();
    const recover = (input: { recoveryKey: string; username?: string; newPassword?: string }) =>
      browser.messenger.recover({ username: 'alice', newPassword: NEXT, ...input });
    const sent = world.server.requests.length;
    expect(await tries(recover({ recoveryKey: recoveryKey.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')) }))).toBe(
      'recovery-key-mistyped',
    );
    expect(await tries(recover({ recoveryKey, newPassword: 'short' }))).toBe('password-too-weak');
    expect(world.server.requests.slice(sent).filter(({ route }) => route === 'POST auth/recover')).toEqual([]);
    expect(await tries(recover({ recoveryKey, username: 'bob' }))).toBe('credentials-refused');
    expect(value(await recover({ recoveryKey })).username).toBe('alice');
    await connected(browser);
    await eventually(
      () => thread(browser, conversation).catch(() => []),
      (list) => texts(list).includes('remember me'),
    );
    const other = clean();
    value(await other.messenger.logIn({ username: 'alice', password: NEXT }));
    expect(await other.messenger.hasRecoveryKey()).toBe(true);
    expect([...alarms(browser), ...alarms(other)]).toEqual([]);
  });

  it('[T-9] brings back no vault that is older than this device has seen', async () => {
    const { alice } = await world.aliceAndBob();
    const recoveryKey = await recoveryKeyOf(alice);
    const old = structuredClone(world.server.account('alice').vault);
    value(await alice.messenger.renameDevice(value(await alice.messenger.devices())[0]!.deviceId, 'newer'));
    await alice.messenger.logOut();
    world.server.account('alice').vault = old;
    expect(await tries(alice.messenger.recover({ username: 'alice', recoveryKey, newPassword: NEXT }))).toBe(
      'vault-rolled-back',
    );
    expect(alarms(alice)).toContain('vault-rolled-back');
  });
});

describe('starting fresh', () => {
  it.each(['password', 'code'] as const)('by %s: other keys under the same name, which contacts see', async (by) => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    value(await bob.messenger.send(conversation.conversationId, 'to the old keys'));
    await eventually(
      () => thread(alice, conversation),
      (list) => list.length === 1,
    );
    const code = '0123456789ABCDEFGHJKMNPQRS';
    world.server.account('alice').resetCode = code;
    const browser = clean();
    const proof =
      by === 'password' ? { password: PASSWORD } : { code: ` ${code.toLowerCase().slice(0, 13)}-${code.slice(13)}` };
    const wrong = by === 'password' ? { password: 'not the password' } : { code: code.replace(/^./, '1') };
    const start = (using: typeof proof) =>
      browser.messenger.startFresh({ username: 'alice', proof: using, newPassword: NEXT });
    expect(await tries(start(wrong))).toBe('credentials-refused');
    value(await start(proof));
    await connected(browser);
    await signedOut(alice);
    await eventually(
      () => alarms(bob),
      (codes) => codes.includes('peer-keys-changed'),
    );
    const [held] = await bob.messenger.conversations();
    expect(held).toMatchObject({ held: true, peer: { trust: 'changed' } });
    value(await bob.messenger.acceptNewKeys(world.server.account('alice').userId));
    value(await bob.messenger.send(conversation.conversationId, 'to the new keys'));
    await eventually(
      () => thread(browser, conversation).catch(() => []),
      (list) => texts(list).includes('to the new keys'),
    );
    expect(texts(await thread(browser, conversation))).not.toContain('to the old keys');
    expect(texts(await thread(bob, conversation))).toContain('to the old keys');
  });

  it('[T-21] stops an older device before anything is unlocked, until the person says that it is known', async () => {
    const { alice } = await world.aliceAndBob();
    const browser = clean();
    value(await browser.messenger.startFresh({ username: 'alice', proof: { password: PASSWORD }, newPassword: NEXT }));
    await signedOut(alice);
    expect(await tries(alice.messenger.logIn({ username: 'alice', password: NEXT }))).toBe('account-started-fresh');
    const routes = world.server.requests.map(({ route }) => route);
    const since = routes.slice(routes.lastIndexOf('POST auth/login'));
    expect(since).toContain('POST auth/logout');
    expect(since).not.toContain('GET auth/vault');
    value(await alice.messenger.logIn({ username: 'alice', password: NEXT, startedFresh: true }));
    await alice.messenger.logOut();
    value(await alice.messenger.logIn({ username: 'alice', password: NEXT }));
  });

  it('[T-21] is no word by which a server may put any other keys in place', async () => {
    const { alice } = await world.aliceAndBob();
    const bob = world.server.account('bob');
    await alice.messenger.logOut();
    const { identityOf } = world.server;
    world.server.identityOf = (account) => ({ ...identityOf.call(world.server, account), bundles: bob.bundles });
    const logIn = { username: 'alice', password: PASSWORD, startedFresh: true };
    expect(await tries(alice.messenger.logIn(logIn))).toBe('identity-mismatch');
    const fresh = { username: 'alice', proof: { password: PASSWORD }, newPassword: NEXT };
    expect(await tries(alice.messenger.startFresh(fresh))).toBe('identity-mismatch');
    expect(world.server.requests.map(({ route }) => route)).not.toContain('POST auth/reset');
  });
});
