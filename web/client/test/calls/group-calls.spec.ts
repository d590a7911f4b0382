import type { ConversationId } from '@secureconnect/contracts/ids';
import { eventually, value } from '../person.js';
import { aWhile, callOf, callWorld, over, phasesOf, rings, type Caller } from './call-world.js';

const world = callWorld();

/** People with pages, who know alice, and are in her group `Climbing`. */
async function groupOf(...names: readonly string[]): Promise<{ people: Caller[]; group: ConversationId }> {
  const people: Caller[] = [];
  for (const name of ['alice', ...names]) people.push(await world.signUp(name));
  const [alice, ...others] = people as [Caller, ...Caller[]];
  for (const name of names) value(await alice.messenger.openConversation(name));
  for (const { messenger } of others)
    await eventually(
      () => messenger.conversations(),
      ([first]) => first?.standing === 'open',
    );
  const { conversationId } = value(await alice.messenger.createGroup('Climbing', names));
  for (const { messenger } of others)
    await eventually(
      () => messenger.conversations(),
      (all) => all.some(({ group, standing }) => group?.name === 'Climbing' && standing === 'open'),
    );
  world.signaling.isGroup = (id) => id === conversationId;
  return { people, group: conversationId };
}

/** Everybody who is heard here, by name. */
const heardBy = async (somebody: Caller) =>
  ((await callOf(somebody))?.people ?? [])
    .filter((person) => person.phase === 'connected')
    .map(({ username }) => username)
    .sort();

const hears = (somebody: Caller, names: readonly string[]) =>
  eventually(
    () => heardBy(somebody),
    (heard) => heard.join() === [...names].sort().join(),
  );

/** Whoever rings accepts. */
async function accepts(somebody: Caller): Promise<string> {
  const { callId } = await rings(somebody);
  value(await somebody.messenger.acceptCall(callId));
  return callId;
}

describe('a call of a group', () => {
  it('rings at all members, has a link for each two of them, and goes on until the last leaves', async () => {
    const { group, people } = await groupOf('bob', 'carol');
    const [alice, bob, carol] = people as [Caller, Caller, Caller];
    const placed = value(await alice.messenger.placeCall(group));
    expect(placed).toMatchObject({ group: true, name: 'Climbing', outgoing: true, caller: null, people: [] });
    expect(await rings(bob)).toMatchObject({ group: true, name: 'Climbing', caller: 'alice', outgoing: false });
    expect([bob.media.done, carol.media.done]).toEqual([[], []]);
    await accepts(bob);
    await Promise.all([hears(alice, ['bob']), hears(bob, ['alice'])]);
    await accepts(carol);
    await Promise.all([hears(alice, ['bob', 'carol']), hears(bob, ['alice', 'carol']), hears(carol, ['alice', 'bob'])]);
    expect(world.signaling.calls.get(placed.callId)).toMatchObject({ isConnected: true });
    await alice.messenger.hangUp(placed.callId);
    await Promise.all([hears(bob, ['carol']), hears(carol, ['bob'])]);
    await bob.messenger.hangUp(placed.callId);
    await hears(carol, []);
    expect((await callOf(carol))?.phase).toBe('connected');
    expect(world.signaling.calls.get(placed.callId)?.members).toHaveLength(1);
    await carol.messenger.hangUp(placed.callId);
    await eventually(
      () => world.signaling.calls.size,
      (size) => size === 0,
    );
    expect(phasesOf(alice)).toEqual(['calling', 'ringing', 'connecting', 'connected', 'ended']);
  });

  it('has seven words for each two, alike on both sides and on no other pair', async () => {
    const { group, people } = await groupOf('bob', 'carol');
    const [alice, bob, carol] = people as [Caller, Caller, Caller];
    value(await alice.messenger.placeCall(group));
    await Promise.all([accepts(bob), accepts(carol)]);
    const codeOf = async (somebody: Caller, name: string) =>
      (
        await eventually(
          async () => (await callOf(somebody))?.people.find(({ username }) => username === name)?.code ?? null,
          (code) => code !== null,
        )
      )?.words.join();
    const pairs = [
      [await codeOf(alice, 'bob'), await codeOf(bob, 'alice')],
      [await codeOf(alice, 'carol'), await codeOf(carol, 'alice')],
      [await codeOf(bob, 'carol'), await codeOf(carol, 'bob')],
    ];
    for (const [one, other] of pairs) expect(one).toBe(other);
    expect(new Set(pairs.map(([one]) => one)).size).toBe(3);
  });

  it('is found by who comes late, and joined without a ring', async () => {
    const { group, people } = await groupOf('bob', 'carol');
    const [alice, bob, carol] = people as [Caller, Caller, Caller];
    const { callId } = value(await alice.messenger.placeCall(group));
    await accepts(bob);
    await rings(carol);
    await carol.messenger.declineCall(callId);
    expect(await over(carol)).toBe('declined');
    await hears(alice, ['bob']);
    const found = await carol.messenger.callUnderway(group);
    expect(found).toMatchObject({ callId, conversationId: group });
    expect([...found!.names].sort()).toEqual(['alice', 'bob']);
    value(await carol.messenger.joinCall(group));
    await Promise.all([hears(alice, ['bob', 'carol']), hears(carol, ['alice', 'bob'])]);
    expect(await carol.messenger.callUnderway(group)).toBeNull();
    expect(await carol.messenger.joinCall(group)).toEqual({ ok: false, code: 'forbidden' });
  });

  it('is not joined where none goes on, and not outside of a group', async () => {
    const { group, people } = await groupOf('bob');
    const [alice, bob] = people as [Caller, Caller];
    expect(await bob.messenger.callUnderway(group)).toBeNull();
    expect(await bob.messenger.joinCall(group)).toEqual({ ok: false, code: 'call-unknown' });
    const { conversationId } = value(await alice.messenger.openConversation('bob'));
    expect(await alice.messenger.callUnderway(conversationId)).toBeNull();
    expect(await alice.messenger.joinCall(conversationId)).toEqual({ ok: false, code: 'forbidden' });
  });

  it('is the one that goes on, for who calls the group meanwhile', async () => {
    const { group, people } = await groupOf('bob');
    const [alice, bob] = people as [Caller, Caller];
    // bob does not hear that it rings
    const { userId } = world.base.server.account('bob');
    world.signaling.lets = (toUserId) => toUserId !== userId;
    const { callId } = value(await alice.messenger.placeCall(group));
    const second = value(await bob.messenger.placeCall(group));
    world.signaling.lets = () => true;
    expect(second.callId).toBe(callId);
    await Promise.all([hears(alice, ['bob']), hears(bob, ['alice'])]);
  });

  it('is left and joined again by the same device', async () => {
    const { group, people } = await groupOf('bob', 'carol');
    const [alice, bob, carol] = people as [Caller, Caller, Caller];
    const { callId } = value(await alice.messenger.placeCall(group));
    await Promise.all([accepts(bob), accepts(carol)]);
    await hears(bob, ['alice', 'carol']);
    await bob.messenger.hangUp(callId);
    await Promise.all([hears(alice, ['carol']), hears(carol, ['alice'])]);
    value(await bob.messenger.joinCall(group));
    await Promise.all([hears(alice, ['bob', 'carol']), hears(bob, ['alice', 'carol']), hears(carol, ['alice', 'bob'])]);
  });

  it('that everybody declines is declined, and one that nobody hears rings no more when it is cancelled', async () => {
    const { group, people } = await groupOf('bob', 'carol');
    const [alice, bob, carol] = people as [Caller, Caller, Caller];
    const { callId } = value(await alice.messenger.placeCall(group));
    for (const somebody of [bob, carol]) {
      await rings(somebody);
      await somebody.messenger.declineCall(callId);
    }
    expect(await over(alice)).toBe('declined');
    const again = value(await alice.messenger.placeCall(group));
    await Promise.all([rings(bob), rings(carol)]);
    await alice.messenger.hangUp(again.callId);
    expect(await Promise.all([over(alice), over(bob), over(carol)])).toEqual(['cancelled', 'cancelled', 'cancelled']);
  });

  it('tells each other one who is muted, also those who come later', async () => {
    const { group, people } = await groupOf('bob', 'carol');
    const [alice, bob, carol] = people as [Caller, Caller, Caller];
    const { callId } = value(await alice.messenger.placeCall(group));
    await accepts(bob);
    await hears(bob, ['alice']);
    await alice.messenger.muteCall(callId, true);
    await accepts(carol);
    for (const somebody of [bob, carol])
      await eventually(
        async () => (await callOf(somebody))?.people.find(({ username }) => username === 'alice')?.muted,
        (muted) => muted === true,
      );
  });
});

describe('frames of a group', () => {
  it('[T-96] have a new key at each join and at each leave, which goes to who is in it', async () => {
    const { group, people } = await groupOf('bob', 'carol');
    const [alice, bob, carol] = people as [Caller, Caller, Caller];
    const [atAlice] = [
      await alice.media.sealing(alice),
      await bob.media.sealing(bob),
      await carol.media.sealing(carol),
    ];
    const epochsTo = (name: string, side: 'send' | 'receive') => {
      const { deviceId } = world.base.server.sessions.find(
        ({ userId }) => userId === world.base.server.account(name).userId,
      )!;
      return atAlice.flatMap((order) =>
        order.side !== 'gone' && order.side === side && order.linkId.includes(deviceId!) ? [order.key.epoch] : [],
      );
    };
    const { callId } = value(await alice.messenger.placeCall(group));
    await accepts(bob);
    await hears(alice, ['bob']);
    expect((await callOf(alice))?.sealed).toBe(true);
    const alone = epochsTo('bob', 'send');
    await accepts(carol);
    await hears(alice, ['bob', 'carol']);
    const joined = await eventually(
      () => epochsTo('bob', 'send'),
      (epochs) => epochs.length > alone.length,
    );
    // carol's first key is of an epoch that bob's first was not of
    await eventually(
      () => epochsTo('carol', 'send'),
      (epochs) => epochs.length > 0 && !epochs.some((epoch) => alone.includes(epoch)),
    );
    const heard = epochsTo('bob', 'receive');
    const forCarol = epochsTo('carol', 'send');
    await carol.messenger.hangUp(callId);
    await eventually(
      () => epochsTo('bob', 'send'),
      (epochs) => epochs.length > joined.length,
    );
    await eventually(
      () => epochsTo('bob', 'receive'),
      (epochs) => epochs.length > heard.length,
    );
    expect(epochsTo('carol', 'send')).toEqual(forCarol);
    expect(atAlice.some((order) => order.side === 'gone')).toBe(true);
  });
});

describe('mallory, before a call of a group', () => {
  it('[T-87] names a device that is in it: it is asked, and has no link without its own signed word', async () => {
    const { group, people } = await groupOf('bob');
    const [alice, bob] = people as [Caller, Caller];
    const { callId } = value(await alice.messenger.placeCall(group));
    const ghost = { userId: world.base.server.account('bob').userId, deviceId: 'f'.repeat(32), joinedAtMs: 1 };
    const stranger = { userId: 'e'.repeat(32), deviceId: 'd'.repeat(32), joinedAtMs: 1 };
    world.signaling.calls.get(callId)!.members.push(ghost, stranger);
    await accepts(bob);
    await Promise.all([hears(alice, ['bob']), hears(bob, ['alice'])]);
    expect([alice.media.plans.length, bob.media.plans.length]).toEqual([1, 1]);
    expect(world.signaling.relayed.every(({ toUserId }) => toUserId !== stranger.userId)).toBe(true);
  });

  it('[T-87] lets who was taken out of the group say whatever it likes: nobody lets it in', async () => {
    const { group, people } = await groupOf('bob', 'carol');
    const [alice, bob, carol] = people as [Caller, Caller, Caller];
    const { callId } = value(await alice.messenger.placeCall(group));
    await Promise.all([accepts(bob), rings(carol)]);
    await hears(alice, ['bob']);
    // the server does not tell carol
    const outside = world.base.server.account('carol').userId;
    world.base.server.hush = (userId) => userId === outside;
    value(await alice.messenger.removeMember(group, outside as never));
    await eventually(
      async () => value(await bob.messenger.group(group)).members.length,
      (count) => count === 2,
    );
    value(await carol.messenger.acceptCall(callId));
    await eventually(
      () => world.signaling.calls.get(callId)?.members.length,
      (count) => count === 3,
    );
    await eventually(
      () => world.signaling.relayed.filter(({ arrived }) => arrived.fromUserId === outside).length,
      (count) => count >= 3,
    );
    await aWhile();
    expect(carol.media.plans).toEqual([]);
    expect([await heardBy(alice), await heardBy(bob)]).toEqual([['bob'], ['alice']]);
  });

  it('[T-85] presents another certificate on one link: that one has no sound, and both are told; the others go on', async () => {
    const { group, people } = await groupOf('bob', 'carol');
    const [alice, bob, carol] = people as [Caller, Caller, Caller];
    value(await alice.messenger.placeCall(group));
    await accepts(bob);
    await hears(alice, ['bob']);
    carol.media.presents = new Uint8Array(64).fill(7);
    await accepts(carol);
    for (const somebody of [alice, bob])
      await eventually(
        async () => (await callOf(somebody))?.unproven.join(),
        (names) => names === 'carol',
      );
    await Promise.all([hears(alice, ['bob']), hears(bob, ['alice'])]);
    expect(alice.media.done.filter((what) => what === 'hear')).toHaveLength(1);
  });

  it('[T-86] says all of it again: nobody comes in, and nobody rings', async () => {
    const { group, people } = await groupOf('bob');
    const [alice, bob] = people as [Caller, Caller];
    const { callId } = value(await alice.messenger.placeCall(group));
    await accepts(bob);
    await Promise.all([hears(alice, ['bob']), hears(bob, ['alice'])]);
    await bob.messenger.hangUp(callId);
    await hears(alice, []);
    const plans = [alice.media.plans.length, bob.media.plans.length];
    for (const { arrived, toUserId } of [...world.signaling.relayed]) world.signaling.say(toUserId, arrived);
    await aWhile();
    expect([alice.media.plans.length, bob.media.plans.length]).toEqual(plans);
    expect([(await callOf(bob))?.phase, await heardBy(alice)]).toEqual(['ended', []]);
  });
});

describe('the ninth', () => {
  it('is refused by signaling, and hears why', async () => {
    const { group, people } = await groupOf('bob', 'carol');
    const [alice, bob, carol] = people as [Caller, Caller, Caller];
    const { callId } = value(await alice.messenger.placeCall(group));
    await accepts(bob);
    await hears(bob, ['alice']);
    const { members } = world.signaling.calls.get(callId)!;
    const userId = world.base.server.account('bob').userId;
    for (let at = 0; members.length < 8; at++) members.push({ userId, deviceId: String(at).repeat(32), joinedAtMs: 1 });
    await accepts(carol);
    expect(await over(carol)).toBe('full');
    expect(carol.media.plans).toEqual([]);
    expect(await heardBy(alice)).toEqual(['bob']);
  });
});
