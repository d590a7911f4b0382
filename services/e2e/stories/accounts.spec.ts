import type { DeviceView } from '@secureconnect/client/acts/account-acts';
import type { MessengerEvent, SessionEnd } from '@secureconnect/client/messenger';
import { everyoneCanTalk } from '../src/invariants/everyone-can-talk.js';
import { must, type Person } from '../src/people/person.js';
import { eventually } from '../src/waiting/eventually.js';
import { World } from '../src/world/world.js';

jest.setTimeout(120_000);

const NEXT = 'an entirely different sentence';

let world: World;
beforeAll(async () => {
  world = await World.begin();
});
afterEach(async () => world.closeEverybody());
afterAll(async () => world.end());

const idOf = (reader: Person, username: string) => reader.conversationWith(username).then(({ peer }) => peer.userId);
const devices = async ({ messenger }: Person): Promise<readonly DeviceView[]> => must(await messenger.devices());
const withPassword = (before: Person, password: string, place = world.place()) =>
  world.person(before.username, place, { password });

async function secondDevice(person: Person, place = world.place(2)): Promise<Person> {
  const device = world.elsewhere(person, place);
  await device.logIn();
  return device;
}

/** How a session ended that stood. */
async function endOf({ events }: Person): Promise<SessionEnd | null> {
  type Ended = Extract<MessengerEvent, { type: 'session' }>;
  const last = await eventually(
    () => events.findLast((event): event is Ended => event.type === 'session'),
    (event) => event?.session.state === 'signed-out',
    20_000,
  );
  return last!.session.state === 'signed-out' ? last!.session.endedBy : null;
}

async function goOnTogether(one: Person, other: Person): Promise<void> {
  await one.say(other.username, `still here, says ${one.username}`);
  await other.reads(one.username, `still here, says ${one.username}`);
  await other.say(one.username, `so am I, says ${other.username}`);
  await one.reads(other.username, `so am I, says ${other.username}`);
}

describe('alice has a recovery key and forgets her password', () => {
  it('and in a clean browser the key opens everything, sets another password, and stays good', async () => {
    const { alice, bob } = await world.aliceAndBob();
    await bob.say(alice.username, 'keep this');
    await alice.reads(bob.username, 'keep this');
    const recoveryKey = must(await alice.messenger.makeRecoveryKey(alice.password));
    must(await alice.messenger.confirmRecoveryKey(recoveryKey));
    await alice.messenger.logOut();

    const browser = world.person(alice.username, world.place(2), { password: NEXT });
    const input = { username: alice.username, newPassword: NEXT };
    expect(await browser.messenger.recover({ ...input, recoveryKey: recoveryKey.slice(1) })).toMatchObject({
      code: 'recovery-key-mistyped',
    });
    expect(await browser.messenger.recover({ ...input, username: bob.username, recoveryKey })).toMatchObject({
      code: 'credentials-refused',
    });
    must(await browser.messenger.recover({ ...input, recoveryKey }));
    await browser.connected();
    await browser.reads(bob.username, 'keep this');
    await goOnTogether(browser, bob);
    expect(await world.elsewhere(alice).tryLogIn()).toMatchObject({ code: 'credentials-refused' });
    await withPassword(alice, NEXT).logIn();
    expect(await browser.messenger.hasRecoveryKey()).toBe(true);
    expect([...browser.alarms, ...bob.alarms]).toEqual([]);
  });
});

describe('alice changes her password while her phone is online', () => {
  it('and the phone goes on', async () => {
    const { alice, bob } = await world.aliceAndBob();
    const phone = await secondDevice(alice);
    must(await alice.messenger.changePassword({ current: alice.password, next: NEXT, known: false }));
    await goOnTogether(phone, bob);
    await goOnTogether(alice, bob);
    expect(await world.elsewhere(alice).tryLogIn()).toMatchObject({ code: 'credentials-refused' });
    await withPassword(alice, NEXT).logIn();
    expect([...alice.alarms, ...phone.alarms, ...bob.alarms]).toEqual([]);
  });

  it('because somebody knew it: the phone ends on the other gateway, and everybody else goes on under new keys', async () => {
    const { alice, bob } = await world.aliceAndBob();
    const thief = await secondDevice(alice);
    expect([await alice.connected(), await thief.connected()]).toEqual(['messaging-gateway-1', 'messaging-gateway-2']);
    must(await alice.messenger.changePassword({ current: alice.password, next: NEXT, known: true }));
    expect(await endOf(thief)).toBe('revoked');
    expect(await thief.tryLogIn()).toMatchObject({ code: 'credentials-refused' });
    await goOnTogether(alice, bob);
    const list = await devices(alice);
    expect(list.map(({ revokedAtMs }) => revokedAtMs === null)).toEqual([true, false]);
    const reloaded = await world.reloaded(alice);
    await reloaded.connected();
    await goOnTogether(reloaded, bob);
    expect([...alice.alarms, ...bob.alarms, ...reloaded.alarms]).toEqual([]);
  });
});

describe('alice revokes a stolen phone that is connected to the other gateway', () => {
  it('and it is cut there, and nothing that it signs is believed', async () => {
    const { alice, bob } = await world.aliceAndBob();
    const phone = await secondDevice(alice);
    await phone.say(bob.username, 'from the phone, before');
    await bob.reads(alice.username, 'from the phone, before');
    await alice.reads(bob.username, 'from the phone, before');
    const stolen = (await devices(alice)).find(({ current }) => !current)!;
    expect(stolen.name).not.toBeNull();
    must(await alice.messenger.revokeDevices([stolen.deviceId]));
    expect(await endOf(phone)).toBe('revoked');
    expect((await devices(alice)).at(-1)).toMatchObject({ deviceId: stolen.deviceId, lastSeenAtMs: null });
    await goOnTogether(alice, bob);
    expect(await bob.words(alice.username)).toContain('from the phone, before');
    // Whoever has the password as well comes back as another device, and is seen.
    const again = await world.reloaded(phone, world.place(2));
    await again.logIn();
    expect(await devices(alice)).toHaveLength(3);
  });
});

describe('alice starts fresh', () => {
  it('and bob sees it, decides, and reads on; her old device stops until she says that she knows', async () => {
    const { alice, bob } = await world.aliceAndBob();
    await bob.say(alice.username, 'to the old keys');
    await alice.reads(bob.username, 'to the old keys');
    const fresh = withPassword(alice, NEXT);
    const proof = { password: alice.password };
    must(await fresh.messenger.startFresh({ username: alice.username, proof, newPassword: NEXT }));
    await fresh.connected();
    expect(await endOf(alice)).toBe('revoked');

    await eventually(
      () => bob.conversationWith(alice.username),
      ({ held, peer }) => held && peer.trust === 'changed',
    );
    expect(bob.alarms).toEqual(['peer-keys-changed']);
    await bob.say(alice.username, 'written while held');
    must(await bob.messenger.acceptNewKeys(await idOf(bob, alice.username)));
    await fresh.reads(bob.username, 'written while held');
    expect(await fresh.words(bob.username)).not.toContain('to the old keys');
    expect(await bob.words(alice.username)).toContain('to the old keys');
    await goOnTogether(fresh, bob);

    const old = await world.reloaded(alice);
    const logIn = { username: alice.username, password: NEXT };
    expect(await old.messenger.logIn(logIn)).toMatchObject({ code: 'account-started-fresh' });
    must(await old.messenger.logIn({ ...logIn, startedFresh: true }));
    await old.connected();
    await old.reads(bob.username, 'written while held');
  });
});

describe('the vault of alice', () => {
  it('written by two devices at once keeps what both wrote', async () => {
    const { alice } = await world.aliceAndBob();
    const phone = await secondDevice(alice);
    const people = [await world.newcomer('carol'), await world.newcomer('dave')];
    const own = await eventually(
      () => devices(alice),
      (list) => list.filter(({ name }) => name !== null).length === 2,
    );
    await Promise.all([
      alice.open(people[0]!.username),
      phone.open(people[1]!.username),
      alice.messenger.renameDevice(own[0]!.deviceId, 'the desk').then(must),
      phone.messenger.renameDevice(own[1]!.deviceId, 'the phone').then(must),
      alice.messenger.setPrivacy({ readReceipts: false, typing: true, presence: true }).then(must),
      phone.messenger.setPrivacy({ readReceipts: true, typing: false, presence: true }).then(must),
    ]);
    const clean = await secondDevice(alice);
    await eventually(
      async () => [(await devices(clean)).map(({ name }) => name), await clean.messenger.privacy()] as const,
      ([names, { readReceipts, typing }]) =>
        names.includes('the desk') && names.includes('the phone') && !readReceipts && !typing,
      20_000,
    );
    expect([...alice.alarms, ...phone.alarms, ...clean.alarms]).toEqual([]);
  });
});

describe('alice and bob compare their safety numbers', () => {
  it('which are equal, verify on all devices of alice, and differ once somebody else has the name of bob', async () => {
    const { alice, bob } = await world.aliceAndBob();
    const [bobsId, alicesId] = [await idOf(alice, bob.username), await idOf(bob, alice.username)];
    const [hers, his] = [
      must(await alice.messenger.safetyCode(bobsId)),
      must(await bob.messenger.safetyCode(alicesId)),
    ];
    expect(hers.digits).toBe(his.digits);
    expect(must(await alice.messenger.compareSafetyCode(bobsId, his.qr))).toBe('match');
    must(await bob.messenger.markVerified(alicesId));
    const phone = await secondDevice(alice);
    await eventually(
      () => phone.conversationWith(bob.username),
      ({ peer }) => peer.trust === 'verified',
    );

    const impostor = withPassword(bob, NEXT);
    const proof = { password: bob.password };
    must(await impostor.messenger.startFresh({ username: bob.username, proof, newPassword: NEXT }));
    await eventually(
      () => alice.conversationWith(bob.username),
      ({ peer }) => peer.trust === 'changed',
    );
    expect(must(await alice.messenger.safetyCode(bobsId)).digits).not.toBe(hers.digits);
    expect(must(await alice.messenger.compareSafetyCode(bobsId, his.qr))).toBe('mismatch');
    expect(await alice.messenger.acceptNewKeys(bobsId)).toMatchObject({ code: 'peer-keys-changed' });
    await alice.say(bob.username, 'for bob alone');
    const others = await world.aliceAndBob();
    await everyoneCanTalk(others.alice, others.bob);
    expect((await alice.thread(bob.username)).at(-1)).toMatchObject({ state: 'sending' });
  });
});
