import type { DeviceView } from '../src/acts/account-acts.js';
import { browserName } from '../src/account/browser-name.js';
import type { SessionState } from '../src/messenger.js';
import { fakeWorld } from './fake-world.js';
import { connected, eventually, PASSWORD, person, texts, thread, value, type Person } from './person.js';

const world = fakeWorld();

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

async function secondDevice(username: string, deps: Parameters<typeof person>[1] = {}): Promise<Person> {
  const device = world.keep(person(world.server.origin, deps));
  value(await device.messenger.logIn({ username, password: PASSWORD }));
  await connected(device);
  return device;
}
const devices = async ({ messenger }: Person): Promise<readonly DeviceView[]> => value(await messenger.devices());
const named = (person: Person, count: number) =>
  eventually(
    () => devices(person),
    (list) => list.filter(({ name }) => name !== null).length === count,
  );
const endOf = ({ events }: Person) =>
  eventually(
    () => events.findLast((event): event is { type: 'session'; session: SessionState } => event.type === 'session'),
    (event) => event?.session.state === 'signed-out',
  ).then((event) => (event!.session as { endedBy: string | null }).endedBy);
const tries = async (attempt: Promise<{ ok: boolean; code?: string }>) => (await attempt).code;

describe('the list of devices', () => {
  it('has this one first, and names out of the vault that the server never had', async () => {
    const { alice } = await world.aliceAndBob();
    await secondDevice('alice', { userAgent: FIREFOX });
    const [first, second, ...none] = await named(alice, 2);
    expect(none).toEqual([]);
    expect(first).toMatchObject({ current: true, revokedAtMs: null });
    expect(second).toMatchObject({ current: false, name: 'Firefox on Linux' });
    value(await alice.messenger.renameDevice(second!.deviceId, '  the laptop  '));
    expect((await devices(alice))[1]).toMatchObject({ name: 'the laptop' });
    expect(JSON.stringify(world.server.requests)).not.toMatch(/laptop|Firefox/);
  });

  it('takes no empty, endless or broken name, and none for a device of somebody else', async () => {
    const { alice, bob } = await world.aliceAndBob();
    const [own] = await named(alice, 1);
    const [bobs] = await named(bob, 1);
    for (const name of ['', '   ', 'x'.repeat(65), 'half \ud800']) {
      expect(await tries(alice.messenger.renameDevice(own!.deviceId, name))).toBe('invalid-request');
    }
    expect(await tries(alice.messenger.renameDevice(bobs!.deviceId, 'mine now'))).toBe('not-found');
  });

  it('[T-20] shows a session that belongs to no device of the account, and ends it', async () => {
    const { alice } = await world.aliceAndBob();
    await named(alice, 1);
    // Somebody with the password asks the server without a messenger.
    const { authSecret } = world.server.account('alice');
    const login = await fetch(`${world.server.origin}/api/auth/login`, {
      method: 'POST',
      body: JSON.stringify({ username: 'alice', authSecret }),
    });
    const { session } = (await login.json()) as { session: { sessionId: string } };
    const [, stranger, ...none] = await devices(alice);
    expect(none).toEqual([]);
    expect(stranger).toMatchObject({ name: null, current: false, deviceId: session.sessionId });
    value(await alice.messenger.revokeDevices([stranger!.deviceId]));
    expect(await devices(alice)).toHaveLength(1);
    expect(world.server.sessions.find(({ sessionId }) => sessionId === session.sessionId)!.ended).not.toBeNull();
  });
});

describe('a device that is revoked', () => {
  it('ends with words, and is listed last', async () => {
    const { alice } = await world.aliceAndBob();
    const phone = await secondDevice('alice');
    const [, second] = await named(alice, 2);
    value(await alice.messenger.revokeDevices([second!.deviceId]));
    expect(await endOf(phone)).toBe('revoked');
    const after = await devices(alice);
    expect(after.map(({ revokedAtMs }) => revokedAtMs !== null)).toEqual([false, true]);
    expect(after[1]!.lastSeenAtMs).toBeNull();
  });

  it('[T-81] is believed by nobody any more, whatever the server passes on', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    const phone = await secondDevice('alice');
    await eventually(
      () => phone.messenger.conversations(),
      (list) => list.length === 1,
    );
    value(await phone.messenger.send(conversation.conversationId, 'from the phone'));
    await eventually(
      () => thread(bob, conversation),
      (list) => texts(list).includes('from the phone'),
    );
    const [, second] = await named(alice, 2);
    // The server keeps the thief's session and passes on what he signs.
    world.server.endSessions = () => undefined;
    value(await alice.messenger.revokeDevices([second!.deviceId]));
    world.server.emitTo('alice', 'sync:hint', {});
    const stolen = world.keep(person(world.server.origin, { storage: phone.storage.snapshot(), jar: phone.jar }));
    await eventually(
      () => thread(bob, conversation),
      (list) => list.length === 1,
    );
    await eventually(
      () => world.server.requests.filter(({ route }) => route.startsWith('GET auth/users/')).length,
      (asked) => asked > 0,
    );
    await stolen.messenger.restore();
    await stolen.messenger.send(conversation.conversationId, 'send me money');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    for (const reader of [bob, alice]) {
      expect(texts(await thread(reader, conversation))).not.toContain('send me money');
      expect(texts(await thread(reader, conversation))[0]).toBe('from the phone');
    }
  });

  it('[T-81] leaves what somebody answered readable in a clean browser, and nothing that nobody did', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    const phone = await secondDevice('alice');
    await eventually(
      () => phone.messenger.conversations(),
      (list) => list.length === 1,
    );
    for (const text of ['one', 'two']) value(await phone.messenger.send(conversation.conversationId, text));
    await eventually(
      () => thread(bob, conversation),
      (list) => list.length === 2,
    );
    value(await bob.messenger.send(conversation.conversationId, 'an answer'));
    await eventually(
      () => thread(phone, conversation),
      (list) => list.length === 3,
    );
    value(await phone.messenger.send(conversation.conversationId, 'the last word'));
    await eventually(
      () => thread(alice, conversation),
      (list) => list.length === 4,
    );
    const [, second] = await named(alice, 2);
    value(await alice.messenger.revokeDevices([second!.deviceId]));
    for (const username of ['alice', 'bob']) {
      const clean = await secondDevice(username);
      const read = await eventually(
        () => thread(clean, conversation).catch(() => []),
        (list) => list.length === 4,
      );
      expect(texts(read)).toEqual(['one', 'two', 'an answer', 'unverifiable']);
    }
    expect(texts(await thread(bob, conversation))).toEqual(['one', 'two', 'an answer', 'the last word']);
  });

  it('[T-81] is not said to be one where the server does not publish it', async () => {
    const { alice } = await world.aliceAndBob();
    await secondDevice('alice');
    const [, second] = await named(alice, 2);
    const { identityOf } = world.server;
    world.server.identityOf = (account) => ({ ...identityOf.call(world.server, account), revocations: [] });
    expect(await tries(alice.messenger.revokeDevices([second!.deviceId]))).toBe('server-answer-refused');
  });

  it('is all others at once, or this one', async () => {
    const { alice } = await world.aliceAndBob();
    const others = [await secondDevice('alice'), await secondDevice('alice')];
    await named(alice, 3);
    value(await alice.messenger.revokeDevices('others'));
    for (const other of others) expect(await endOf(other)).toBe('revoked');
    const [own] = await devices(alice);
    value(await alice.messenger.revokeDevices([own!.deviceId]));
    expect(await endOf(alice)).toBe('revoked');
    // The same browser comes back as another device.
    value(await alice.messenger.logIn({ username: 'alice', password: PASSWORD }));
    expect((await devices(alice))[0]!.deviceId).not.toBe(own!.deviceId);
  });
});

describe('another account in the same browser', () => {
  it('ends the first one’s tab, and stays signed in itself', async () => {
    const { alice } = await world.aliceAndBob();
    const tab = world.keep(person(world.server.origin, { storage: alice.storage, jar: alice.jar }));
    value(await tab.messenger.logIn({ username: 'bob', password: PASSWORD }));
    world.server.cutSockets();
    expect(await endOf(alice)).toBe('you');
    await tab.messenger.close();
    const reloaded = world.keep(person(world.server.origin, { storage: alice.storage, jar: alice.jar }));
    expect(await reloaded.messenger.restore()).toMatchObject({ state: 'signed-in', self: { username: 'bob' } });
    expect(alice.events.filter(({ type }) => type === 'alarm')).toEqual([]);
  });
});

describe('a browser’s name', () => {
  it.each([
    [FIREFOX, 'Firefox on Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
      'Chrome on Windows',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1',
      'Safari on iOS',
    ],
    ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36', 'Chrome on Android'],
    ['', 'Browser'],
  ])('of %s is %s', (userAgent, name) => expect(browserName(userAgent)).toBe(name));
});
