import type { DeviceId } from '@secureconnect/contracts/ids';
import { HeardInvites } from '../../src/calls/heard-invites.js';
import { memoryStorage } from '../../src/storage/memory-storage.js';
import { SealedStore } from '../../src/storage/sealed-store.js';
import { connected, eventually, person, value, type Person } from '../person.js';
import { aWhile, callOf, callWorld, over, phase, rings, type Caller } from './call-world.js';

const world = callWorld();

/** Another tab of the same browser, or the same one after a reload. */
async function tabOf({ jar, storage }: Person): Promise<Caller> {
  const { origin } = world.base.server;
  const tab = world.base.keep(person(origin, { storage, jar, endpoints: world.endpoints() }));
  expect((await tab.messenger.restore()).state).toBe('signed-in');
  await connected(tab);
  return world.withPage(tab);
}

describe('a call that comes in', () => {
  it('rings in one of two tabs, and is answered there', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    const tabs = [bob, await tabOf(bob)];
    value(await alice.messenger.placeCall(conversationId));
    const ringing = async () => (await Promise.all(tabs.map(callOf))).filter((call) => call !== null);
    const [first] = await eventually(ringing, (found) => found.length > 0);
    await aWhile();
    await aWhile();
    expect(await ringing()).toHaveLength(1);
    const taken = (await callOf(tabs[0]!)) === null ? tabs[1]! : tabs[0]!;
    value(await taken.messenger.acceptCall(first!.callId));
    await phase(alice, 'connected');
    await alice.messenger.hangUp(first!.callId);
    expect(await over(taken)).toBe('hung-up');
  });

  it('[T-86] rings no second time when the page was loaded anew and the server says the invite again', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    const { callId } = value(await alice.messenger.placeCall(conversationId));
    await rings(bob);
    const { userId } = world.base.server.account('bob');
    const said = world.signaling.relayed.filter(({ toUserId }) => toUserId === userId);
    await bob.messenger.close();
    await alice.messenger.hangUp(callId);
    await over(alice);
    const again = await tabOf(bob);
    for (const { arrived, toUserId } of said) world.signaling.say(toUserId, arrived);
    await aWhile();
    await aWhile();
    expect(await callOf(again)).toBeNull();
    // one that was never heard before rings all the same
    value(await alice.messenger.placeCall(conversationId));
    expect((await rings(again)).callId).not.toBe(callId);
  });
});

describe('what was heard', () => {
  const seen = () => Promise.resolve(true);
  const unseen = () => Promise.resolve(false);
  const device = 'd'.repeat(32) as DeviceId;

  /** Tabs over one store: their clock stands, and their waiting ends when the test says so. */
  async function tabs() {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    const store = new SealedStore(await memoryStorage().open('invites'), key);
    const time = { nowMs: 1_000_000 };
    let go: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (go = resolve));
    const tab = () => new HeardInvites({ store, clock: { nowMs: () => time.nowMs }, pause: () => waiting });
    return { tab, time, go };
  }

  it('is taken once among all tabs, and by the one in sight before one that is not', async () => {
    const { go, tab } = await tabs();
    const hidden = tab().take({ deviceId: device, n: 1 }, unseen);
    expect(await tab().take({ deviceId: device, n: 1 }, seen)).toBe(true);
    go();
    expect(await hidden).toBe(false);
    expect(await tab().take({ deviceId: device, n: 2 }, unseen)).toBe(true);
  });

  it('is another one of another number or another device', async () => {
    const { tab } = await tabs();
    const one = tab();
    expect(await one.take({ deviceId: device, n: 1 }, seen)).toBe(true);
    expect(await one.take({ deviceId: device, n: 11 }, seen)).toBe(true);
    expect(await one.take({ deviceId: 'e'.repeat(32) as DeviceId, n: 1 }, seen)).toBe(true);
    expect(await one.take({ deviceId: device, n: 1 }, seen)).toBe(false);
  });

  it('rings in a tab that does not say whether it is seen, after a while', async () => {
    const { go, tab } = await tabs();
    const asleep = tab().take({ deviceId: device, n: 1 }, () => new Promise<boolean>(() => undefined));
    go();
    expect(await asleep).toBe(true);
  });

  it('is forgotten when nobody would believe it any more, and is never more than 256', async () => {
    const { tab, time } = await tabs();
    const one = tab();
    expect(await one.take({ deviceId: device, n: 1 }, seen)).toBe(true);
    time.nowMs += 119_000;
    expect(await one.take({ deviceId: device, n: 1 }, seen)).toBe(false);
    for (let n = 2; n < 258; n++) await one.take({ deviceId: device, n }, seen);
    expect(await one.take({ deviceId: device, n: 2 }, seen)).toBe(false);
    expect(await one.take({ deviceId: device, n: 1 }, seen)).toBe(true);
  });
});
