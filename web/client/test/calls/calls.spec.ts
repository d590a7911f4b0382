import type { FrameOrder } from '../../src/calls/frame-orders.js';
import { FrameWorker } from '../../src/calls/frame-worker.js';
import { systemClock } from '../../src/deps.js';
import { value } from '../person.js';
import { aWhile, callOf, callWorld, over, phase, phasesOf, rings } from './call-world.js';

const world = callWorld();

/** The Worker of a page, given these orders. */
function frameWorkerOf(orders: readonly FrameOrder[]): FrameWorker {
  const worker = new FrameWorker(() => performance.now());
  for (const order of orders) worker.take(order);
  return worker;
}

describe('a call of two', () => {
  it('rings, is answered, is proven before any sound, and ends for both', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    const placed = value(await alice.messenger.placeCall(conversationId));
    expect(placed).toMatchObject({
      conversationId,
      outgoing: true,
      name: 'bob',
      end: null,
      people: [{ username: 'bob' }],
    });
    const ringing = await rings(bob);
    expect(ringing).toMatchObject({ callId: placed.callId, outgoing: false, name: 'alice' });
    await rings(alice);
    expect(bob.media.done).toEqual([]);
    value(await bob.messenger.acceptCall(ringing.callId));
    const [atAlice, atBob] = [await phase(alice, 'connected'), await phase(bob, 'connected')];
    expect(atAlice.people[0]!.code?.words).toHaveLength(7);
    expect(atAlice.people[0]!.code).toEqual(atBob.people[0]!.code);
    expect(world.signaling.calls.get(placed.callId)?.members).toHaveLength(2);
    await alice.messenger.hangUp(placed.callId);
    expect([await over(alice), await over(bob)]).toEqual(['hung-up', 'hung-up']);
    expect(phasesOf(alice)).toEqual(['calling', 'ringing', 'connecting', 'connected', 'ended']);
    expect(phasesOf(bob)).toEqual(['ringing', 'connecting', 'connected', 'ended']);
    for (const { media } of [alice, bob]) expect(media.done.at(-1)).toBe('end');
    expect(world.signaling.calls.size).toBe(0);
  });

  it('[T-88] [T-89] asks for no microphone and gives no address before Accept, and none that is not of a relay to a stranger', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    value(await alice.messenger.placeCall(conversationId, { relayOnly: true }));
    const { callId } = await rings(bob);
    await aWhile();
    expect(bob.media.done).toEqual([]);
    const { userId } = world.base.server.account('bob');
    // that it rings, and nothing else: the smallest signal that there is
    const said = world.signaling.relayed.filter(({ arrived }) => arrived.fromUserId === userId);
    expect(said.map(({ arrived }) => arrived.envelope.length)).toEqual([said[0]!.arrived.envelope.length]);
    value(await bob.messenger.acceptCall(callId, { relayOnly: true }));
    await phase(alice, 'connected');
    for (const { media } of [alice, bob]) {
      expect(media.plans).toMatchObject([{ relayOnly: true, iceServers: [{ urls: ['turn:relay.example.org:3478'] }] }]);
      expect(media.done.filter((what) => what.startsWith('candidates'))).not.toContain('candidates 2');
    }
  });

  it('is declined, and the one who called hears it', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    value(await alice.messenger.placeCall(conversationId));
    const { callId } = await rings(bob);
    await bob.messenger.declineCall(callId);
    expect([await over(alice), await over(bob)]).toEqual(['declined', 'declined']);
    expect(bob.media.done).toEqual([]);
  });

  it('is cancelled before anybody answers', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    const { callId } = value(await alice.messenger.placeCall(conversationId));
    await rings(bob);
    await alice.messenger.hangUp(callId);
    expect([await over(alice), await over(bob)]).toEqual(['cancelled', 'cancelled']);
  });

  it('does not ring at somebody who talks: the line is busy', async () => {
    const { alice, bob, callId } = await world.talking();
    const carol = await world.signUp('carol');
    const { conversationId } = value(await carol.messenger.openConversation('alice'));
    await phase(alice, 'connected');
    value(await carol.messenger.placeCall(conversationId));
    expect(await over(carol)).toBe('busy');
    expect((await callOf(alice))?.callId).toBe(callId);
    await bob.messenger.hangUp(callId);
    expect(await over(alice)).toBe('hung-up');
  });

  it('has no second one beside it, and none without a page that carries it', async () => {
    const { alice, conversationId } = await world.talking();
    expect(await alice.messenger.placeCall(conversationId)).toEqual({ ok: false, code: 'forbidden' });
    expect(await alice.messenger.acceptCall('00')).toEqual({ ok: false, code: 'call-unknown' });
  });

  it('that nobody answers is over after its time, and rings no longer', async () => {
    const { bob } = await world.aliceAndBob();
    const hasty = { ...systemClock, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 50, signal) };
    const carol = await world.signUp('carol', { clock: hasty });
    const { conversationId } = value(await carol.messenger.openConversation('bob'));
    value(await carol.messenger.placeCall(conversationId));
    await rings(bob);
    expect([await over(carol), await over(bob)]).toEqual(['no-answer', 'no-answer']);
    expect(bob.media.done).toEqual([]);
  });

  it('without a microphone rings nobody', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    alice.media.microphone = 'refused';
    value(await alice.messenger.placeCall(conversationId));
    expect(await over(alice)).toBe('no-microphone');
    await aWhile();
    expect(await callOf(bob)).toBeNull();
  });

  it('of somebody who is blocked is heard by nobody, and they are told nothing', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    value(await bob.messenger.block(world.base.server.account('alice').userId as never));
    const { callId } = value(await alice.messenger.placeCall(conversationId));
    await aWhile();
    expect(await callOf(bob)).toBeNull();
    expect((await callOf(alice))?.phase).toBe('calling');
    await alice.messenger.hangUp(callId);
  });
});

describe('several devices', () => {
  it('ring all, and the first that accepts has the call: the others say so', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    const phone = await world.secondDevice('bob');
    value(await alice.messenger.placeCall(conversationId));
    const { callId } = await rings(bob);
    await rings(phone);
    value(await phone.messenger.acceptCall(callId));
    expect(await over(bob)).toBe('answered-elsewhere');
    await phase(alice, 'connected');
    await phase(phone, 'connected');
    expect(bob.media.done).toEqual([]);
    await alice.messenger.hangUp(callId);
    expect(await over(phone)).toBe('hung-up');
  });
});

describe('both at once', () => {
  it('is one call, answered on both sides without asking again', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    // neither start is seen by the other: the server has lost what it knew
    world.signaling.refuse = (command) => {
      if (command === 'call:start') world.signaling.calls.clear();
      return null;
    };
    const placed = await Promise.all([
      alice.messenger.placeCall(conversationId),
      bob.messenger.placeCall(conversationId),
    ]);
    const winner = placed.map((outcome) => value(outcome).callId).sort()[0];
    const [atAlice, atBob] = [await phase(alice, 'connected'), await phase(bob, 'connected')];
    expect([atAlice.callId, atBob.callId]).toEqual([winner, winner]);
    expect(atAlice.people[0]!.code).toEqual(atBob.people[0]!.code);
  });

  it('is one call too when the server knows of one of them already', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    world.signaling.lets = () => false;
    value(await alice.messenger.placeCall(conversationId));
    const second = bob.messenger.placeCall(conversationId);
    value(await second);
    world.signaling.lets = () => true;
    const [atAlice, atBob] = [await phase(alice, 'connected'), await phase(bob, 'connected')];
    expect(atAlice.callId).toBe(atBob.callId);
  });
});

describe('a call on a bad network', () => {
  it('outlives the replica that carried its signals', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    value(await alice.messenger.placeCall(conversationId));
    const { callId } = await rings(bob);
    world.signaling.cutSockets();
    value(await bob.messenger.acceptCall(callId));
    await phase(alice, 'connected');
    world.signaling.cutSockets();
    await alice.messenger.hangUp(callId);
    expect(await over(bob)).toBe('hung-up');
  });

  it('is reconnecting while its link is lost, asks for new paths, and goes on', async () => {
    const { alice, bob } = await world.talking();
    const { linkId } = alice.media.plans[0]!;
    alice.media.tell({ type: 'link', linkId, state: 'disconnected' });
    await phase(alice, 'reconnecting');
    await phase(alice, 'connected');
    expect(alice.media.done).toContain('restart');
    expect((await callOf(bob))?.phase).toBe('connected');
  });

  it('tries relays when no other path is left', async () => {
    const { alice } = await world.talking();
    const { linkId } = alice.media.plans[0]!;
    alice.media.tell({ type: 'link', linkId, state: 'failed' });
    await phase(alice, 'connected');
    expect(alice.media.done).toContain('restart relayed');
  });
});

describe('muting', () => {
  it('turns off the own microphone, and the other side sees it', async () => {
    const { alice, bob, callId } = await world.talking();
    await alice.messenger.muteCall(callId, true);
    expect(alice.media.done).toContain('mute');
    const shown = () => bob.events.some((event) => event.type === 'call' && event.call.people[0]?.muted === true);
    while (!shown()) await aWhile();
    expect(bob.media.done).not.toContain('mute');
    expect((await callOf(alice))?.muted).toBe(true);
  });
});

describe('frames', () => {
  it('are sealed where both browsers can, under keys that no page sees', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    const [atAlice, atBob] = [await alice.media.sealing(alice), await bob.media.sealing(bob)];
    value(await alice.messenger.placeCall(conversationId));
    const { callId } = await rings(bob);
    value(await bob.messenger.acceptCall(callId));
    expect((await phase(alice, 'connected')).sealed).toBe(true);
    while (atAlice.length < 2 || atBob.length < 2) await aWhile();
    const [forAlice, forBob] = [frameWorkerOf(atAlice), frameWorkerOf(atBob)];
    const links = { alice: alice.media.plans[0]!.linkId, bob: bob.media.plans[0]!.linkId };
    const sealed = await forAlice.seal(links.alice, Buffer.from('hello'));
    expect(Buffer.from(sealed!).includes('hello')).toBe(false);
    expect(Buffer.from((await forBob.open(links.bob, sealed!))!).toString()).toBe('hello');
    expect(await forBob.open(links.bob, sealed!)).toBeNull();
    const back = await forBob.seal(links.bob, Buffer.from('and back'));
    expect(Buffer.from((await forAlice.open(links.alice, back!))!).toString()).toBe('and back');
    expect(await forAlice.open(links.alice, sealed!)).toBeNull();
    await bob.messenger.hangUp(callId);
    await over(alice);
    while (atAlice.at(-1)!.side !== 'gone') await aWhile();
  });

  it('are not where one of the browsers cannot, and the call says so', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    const orders = await alice.media.sealing(alice);
    value(await alice.messenger.placeCall(conversationId));
    value(await bob.messenger.acceptCall((await rings(bob)).callId));
    expect([(await phase(alice, 'connected')).sealed, (await phase(bob, 'connected')).sealed]).toEqual([false, false]);
    expect(orders).toEqual([]);
  });

  it('are left out while there is no key for them', async () => {
    const worker = frameWorkerOf([]);
    expect(await worker.seal('link', Buffer.from('hello'))).toBeNull();
    expect(await worker.open('link', Buffer.alloc(60))).toBeNull();
  });
});

describe('mallory, who carries the signals', () => {
  it('[T-85] puts another certificate in between: the call ends before any sound', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    bob.media.presents = new Uint8Array(64).fill(7);
    value(await alice.messenger.placeCall(conversationId));
    const { callId } = await rings(bob);
    value(await bob.messenger.acceptCall(callId));
    expect([await over(alice), await over(bob)]).toEqual(['not-proven', 'not-proven']);
    expect(alice.media.done).not.toContain('hear');
    expect(alice.media.done.at(-1)).toBe('end');
  });

  it('[T-91] lets the browsers speak an old DTLS: the call ends before any sound', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    alice.media.tls = 'FEFF';
    value(await alice.messenger.placeCall(conversationId));
    value(await bob.messenger.acceptCall((await rings(bob)).callId));
    expect(await over(alice)).toBe('not-proven');
    expect(alice.media.done).not.toContain('hear');
  });

  it('[T-90] names servers of its own: no call asks them, and relays that the operator names are asked', async () => {
    world.signaling.helpers = ['stun:evil.example:3478', 'turn:evil.example:3478', 'turn:relay.example.org:3478'];
    const { alice, bob } = await world.talking();
    const urls = [alice, bob].map(({ media }) => media.plans[0]!.iceServers.flatMap((server) => server.urls));
    expect(urls).toEqual([['turn:relay.example.org:3478'], ['turn:relay.example.org:3478']]);
  });

  it('[T-86] says everything a second time: nothing rings, nothing changes', async () => {
    const { alice, bob, callId } = await world.talking();
    const said = [...world.signaling.relayed];
    for (const { media } of [alice, bob]) while (!media.done.includes('candidates 2')) await aWhile();
    const before = [alice.media.done.length, bob.media.done.length];
    for (const { toUserId, arrived } of said) world.signaling.say(toUserId, arrived);
    await aWhile();
    expect([alice.media.done.length, bob.media.done.length]).toEqual(before);
    await alice.messenger.hangUp(callId);
    await over(bob);
    for (const { toUserId, arrived } of said) world.signaling.say(toUserId, arrived);
    await aWhile();
    expect([(await callOf(alice))?.phase, (await callOf(bob))?.phase]).toEqual(['ended', 'ended']);
  });

  it('[T-88] forges what is said: not a bit of it counts', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    world.signaling.lets = () => false;
    value(await alice.messenger.placeCall(conversationId));
    while (world.signaling.relayed.length === 0) await aWhile();
    const { arrived, toUserId } = world.signaling.relayed[0]!;
    for (let at = 0; at < arrived.envelope.length; at += 97) {
      const envelope = Uint8Array.from(arrived.envelope, (byte, index) => (index === at ? byte ^ 1 : byte));
      world.signaling.say(toUserId, { ...arrived, envelope });
    }
    await aWhile();
    expect(await callOf(bob)).toBeNull();
  });

  it('keeps an invite for later: after a minute it rings nowhere', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    world.signaling.lets = () => false;
    value(await alice.messenger.placeCall(conversationId));
    while (world.signaling.relayed.length === 0) await aWhile();
    const { arrived, toUserId } = world.signaling.relayed[0]!;
    const now = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => now() + 61_000);
    world.signaling.say(toUserId, arrived);
    await aWhile();
    jest.restoreAllMocks();
    expect(await callOf(bob)).toBeNull();
  });
});
