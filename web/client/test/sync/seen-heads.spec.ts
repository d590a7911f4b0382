import { fromHex } from '@secureconnect/contracts/encoding';
import { asBytes32 } from '@secureconnect/contracts/signed/bytes';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { ackRootOf } from '@secureconnect/crypto/envelope/acks';
import type { Opened } from '@secureconnect/crypto/envelope/open';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import type { LogStore } from '../../src/conversations/log-store.js';
import type { Judged } from '../../src/sync/place.js';
import { NO_HASH } from '../../src/sync/chain.js';
import { isForked, seenHeads } from '../../src/sync/seen-heads.js';
import { ALICE, ALICE_LAPTOP, at, BOB, BOB_LAPTOP, emptyConversation, hashOf, verified } from './records.js';

const conversation = emptyConversation({
  chains: Object.fromEntries(
    [
      { device: ALICE_LAPTOP, user: ALICE, to: 7 },
      { device: BOB_LAPTOP, user: BOB, to: 3 },
    ].map(({ device, user, to }) => [
      device,
      { user, runs: [{ from: 1, to, beforeHash: '', lastHash: hashOf(device, to), fromPosition: 1, toPosition: to }] },
    ]),
  ),
});

/** A store in which bob's laptop has sent three envelopes. */
const bobsStore = {
  place: async (device: string, seq: number) =>
    device === BOB_LAPTOP && seq <= 3 ? { hash: hashOf(BOB_LAPTOP, seq), position: seq } : null,
} as Partial<LogStore> as LogStore;

/** alice's message, in which she says that she has seen this envelope of bob's laptop. */
async function aliceHasSeen(seq: number, hash: string): Promise<Judged> {
  const seen = { deviceId: idFromHex(BOB_LAPTOP), seq, hash: asBytes32(fromHex(hash)) };
  const ackRoot = await ackRootOf(await loadPrimitives(), [seen]);
  return {
    ...at(9, verified(8)),
    opened: { header: { ackRoot }, acks: [{ deviceId: seen.deviceId, seq }] } as unknown as Opened,
  };
}

describe('what a device has seen', () => {
  it('is named for those that spoke last, and never for more than a message can name', () => {
    const chains = Object.fromEntries(
      Array.from({ length: 600 }, (_, n) => {
        const device = n.toString(16).padStart(32, '0');
        const links = { from: 1, to: 1, fromPosition: n + 1, toPosition: n + 1 };
        return [device, { user: ALICE, runs: [{ ...links, beforeHash: NO_HASH, lastHash: 'ab'.repeat(32) }] }];
      }),
    );
    const seen = seenHeads({ chains }, ALICE_LAPTOP);
    expect(seen).toHaveLength(64);
    expect(seen.map(({ deviceId }) => deviceId[14]! * 256 + deviceId[15]!).sort((a, b) => a - b)[0]).toBe(536);
  });
});

describe('what a sender has seen', () => {
  it('is the newest envelope of every other device', () => {
    expect(seenHeads(conversation, ALICE_LAPTOP)).toEqual([
      { deviceId: idFromHex(BOB_LAPTOP), seq: 3, hash: asBytes32(fromHex(hashOf(BOB_LAPTOP, 3))) },
    ]);
    expect(seenHeads(emptyConversation(), ALICE_LAPTOP)).toEqual([]);
  });

  it('shows a server that tells two stories', async () => {
    const p = await loadPrimitives();
    expect(await isForked(p, bobsStore, [await aliceHasSeen(3, hashOf(BOB_LAPTOP, 3))])).toBe(false);
    expect(await isForked(p, bobsStore, [await aliceHasSeen(3, hashOf(BOB_LAPTOP, 3, 'f'))])).toBe(true);
    // What is not here yet proves nothing.
    expect(await isForked(p, bobsStore, [await aliceHasSeen(4, hashOf(BOB_LAPTOP, 4))])).toBe(false);
    expect(await isForked(p, bobsStore, [at(9, verified(8))])).toBe(false);
  });
});
