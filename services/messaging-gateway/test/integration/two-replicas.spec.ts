import type { RunningService } from '@secureconnect/platform/bootstrap/run-service';
import { chainOfLetters, conversationOf, letter, person } from '../letters.js';
import { GatewayWorld, until, type Device } from './gateway-world.js';

describe('two replicas over one store', () => {
  let world: GatewayWorld;
  let first: RunningService;
  let second: RunningService;

  beforeAll(async () => {
    world = await GatewayWorld.open();
    [first, second] = await Promise.all([world.start('gateway-1'), world.start('gateway-2')]);
  });
  beforeEach(() => {
    world.peers.available = 100_000;
  });
  afterEach(() => {
    world.disconnectAll();
  });
  afterAll(() => world.close());

  async function pair() {
    const alice = person();
    const bob = person();
    const atAlice = await world.connect(first, alice);
    const atBob = await world.connect(second, bob);
    await atAlice.ask('conversation:open', { peerUserId: bob.userId });
    return { alice, bob, atAlice, atBob, conversationId: conversationOf(alice, bob) };
  }
  const page = (conversationId: string) => ({ conversationId, from: { afterSeq: 0 }, limit: 200 });
  const seqs = (device: Device) => device.of('message:arrived').map((message) => message.seq);

  it('opens one conversation when both ask at once, and tells both', async () => {
    const alice = person();
    const bob = person();
    const [atAlice, atBob] = await Promise.all([world.connect(first, alice), world.connect(second, bob)]);
    const [one, other] = await Promise.all([
      atAlice.ask('conversation:open', { peerUserId: bob.userId }),
      atBob.ask('conversation:open', { peerUserId: alice.userId }),
    ]);
    expect(one).toEqual(other);
    expect(one).toMatchObject({ ok: true, conversation: { conversationId: conversationOf(alice, bob), lastSeq: 0 } });
    await Promise.all([atAlice.waitFor('conversation:opened'), atBob.waitFor('conversation:opened')]);
  });

  it('brings a message to the other replica and to the sender’s other device, not back to its socket', async () => {
    const { alice, bob, atAlice, atBob } = await pair();
    const atPhone = await world.connect(second, { userId: alice.userId, deviceId: person().deviceId });
    const envelope = letter(alice, bob);
    expect(await atAlice.ask('message:send', { envelope })).toMatchObject({ ok: true, seq: 1 });
    const [arrived] = await atBob.waitFor('message:arrived');
    expect(Buffer.from(arrived?.envelope as Uint8Array).equals(envelope)).toBe(true);
    await atPhone.waitFor('message:arrived');
    expect(atAlice.of('message:arrived')).toEqual([]);
  });

  it('gives a gapless sequence to two people who write at once on two replicas, and charges each message once', async () => {
    const { alice, bob, atAlice, atBob, conversationId } = await pair();
    const write = (device: Device, letters: Generator<Buffer, never>) =>
      Promise.all(Array.from({ length: 150 }, () => device.ask('message:send', { envelope: letters.next().value })));
    const answers = (
      await Promise.all([write(atAlice, chainOfLetters(alice, bob)), write(atBob, chainOfLetters(bob, alice))])
    ).flat();
    expect(answers.every((answer) => answer.ok)).toBe(true);
    const taken = answers.map((answer) => answer.seq as number).sort((a, b) => a - b);
    expect(taken).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    await Promise.all([atAlice.waitFor('message:arrived', 150), atBob.waitFor('message:arrived', 150)]);
    // Each sender's own order is kept.
    expect(seqs(atBob)).toEqual([...seqs(atBob)].sort((a, b) => Number(a) - Number(b)));
    const ids = world
      .rows<{ id: string }>(`SELECT message_id AS id FROM message WHERE conversation_id = '${conversationId}'`)
      .map((row) => row.id);
    await until(() => ids.every((id) => world.peers.captured.has(id)), 5_000, 'every message is captured');
    expect(ids.map((id) => world.peers.captured.get(id))).toEqual(Array(300).fill(1));
  });

  it('answers a repetition like the first time, on any replica, and refuses other bytes under its id', async () => {
    const { alice, bob, atAlice } = await pair();
    const elsewhere = await world.connect(second, alice);
    const envelope = letter(alice, bob, { messageId: '7'.repeat(32) });
    const answer = await atAlice.ask('message:send', { envelope });
    const again = await elsewhere.ask('message:send', { envelope });
    expect(again).toEqual({ ...answer, available: null });
    const other = letter(alice, bob, { messageId: '7'.repeat(32), senderSeq: 2, previousHash: Buffer.alloc(32, 1) });
    expect(await elsewhere.ask('message:send', { envelope: other })).toEqual({ ok: false, code: 'message-id-taken' });
  });

  it('refuses what breaks the chain, and gives its hold back', async () => {
    const { alice, bob, atAlice } = await pair();
    const early = letter(alice, bob, { messageId: '8'.repeat(32), senderSeq: 2, previousHash: Buffer.alloc(32, 1) });
    expect(await atAlice.ask('message:send', { envelope: early })).toEqual({ ok: false, code: 'sequence-gap' });
    await until(() => world.peers.released.includes('8'.repeat(32)), 2_000, 'the hold is released');
  });

  it('refuses without credits, and without the credits service, and stores nothing', async () => {
    const { alice, bob, atAlice, conversationId } = await pair();
    world.peers.available = 0;
    const envelope = letter(alice, bob);
    expect(await atAlice.ask('message:send', { envelope })).toEqual({ ok: false, code: 'insufficient-credits' });
    world.peers.creditsAway = true;
    expect(await atAlice.ask('message:send', { envelope })).toMatchObject({ ok: false, code: 'credits-unavailable' });
    world.peers.creditsAway = false;
    expect(await atAlice.ask('conversation:sync', page(conversationId))).toMatchObject({
      ok: true,
      messages: [],
      lastSeq: 0,
    });
    world.peers.available = 1;
    expect(await atAlice.ask('message:send', { envelope })).toMatchObject({ ok: true, seq: 1, available: 0 });
  });

  it('keeps the newest receipt of a device, and brings it to the others', async () => {
    const { alice, bob, atAlice, atBob, conversationId } = await pair();
    const receipts = [2, 5, 4].map((senderSeq) => letter(bob, alice, { kind: 6, senderSeq }));
    for (const receipt of receipts) expect(await atBob.ask('message:delivered', { receipt })).toEqual({ ok: true });
    expect(await atAlice.waitFor('receipt:arrived', 2)).toHaveLength(2);
    const synced = await atAlice.ask('conversation:sync', page(conversationId));
    expect((synced.receipts as Uint8Array[]).map((receipt) => Buffer.from(receipt))).toEqual([receipts[1]]);
  });

  it('pages forward to fill a gap and backward through history', async () => {
    const { alice, bob, atAlice, atBob, conversationId } = await pair();
    const letters = chainOfLetters(alice, bob);
    for (let count = 0; count < 7; count++) await atAlice.ask('message:send', { envelope: letters.next().value });
    const sync = async (from: object, limit: number) => {
      const answer = await atBob.ask('conversation:sync', { conversationId, from, limit });
      return (answer.messages as { seq: number }[]).map((message) => message.seq);
    };
    expect(await sync({ afterSeq: 2 }, 3)).toEqual([3, 4, 5]);
    expect(await sync({ beforeSeq: Number.MAX_SAFE_INTEGER }, 3)).toEqual([5, 6, 7]);
    expect(await sync({ beforeSeq: 5 }, 200)).toEqual([1, 2, 3, 4]);
    expect(await sync({ afterSeq: 7 }, 200)).toEqual([]);
  });

  it('lists conversations newest first, page by page, each once', async () => {
    const alice = person();
    const atAlice = await world.connect(first, alice);
    const peers = Array.from({ length: 5 }, () => person());
    for (const peer of peers) await atAlice.ask('conversation:open', { peerUserId: peer.userId });
    const newest = peers[1]!;
    await new Promise((resolve) => setTimeout(resolve, 5));
    await atAlice.ask('message:send', { envelope: letter(alice, newest) });
    const seen: string[] = [];
    let cursor: { lastAtMs: number; conversationId: string } | null = null;
    for (let more = true; more;) {
      const answer = await atAlice.ask('conversation:list', { cursor, limit: 2 });
      const listed = answer.conversations as { lastAtMs: number; conversationId: string }[];
      seen.push(...listed.map((conversation) => conversation.conversationId));
      const last = listed.at(-1)!;
      cursor = { lastAtMs: last.lastAtMs, conversationId: last.conversationId };
      more = answer.more as boolean;
    }
    expect(seen[0]).toBe(conversationOf(alice, newest));
    expect([...seen].sort()).toEqual(peers.map((peer) => conversationOf(alice, peer)).sort());
  });
});
