import { fromHex } from '@secureconnect/contracts/encoding';
import type { DeviceId } from '@secureconnect/contracts/ids';
import type { StoredMessage } from '@secureconnect/contracts/messaging';
import { asBytes32 } from '@secureconnect/contracts/signed/bytes';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { checkAcks, type SeenHead } from '@secureconnect/crypto/envelope/acks';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import type { LogStore } from '../conversations/log-store.js';
import type { ConversationRecord } from '../conversations/records.js';
import { covers } from './coverage.js';
import type { Opener } from './opener.js';
import type { Judged } from './place.js';

/** Heads in one envelope, some 60 bytes each: a large group has more devices than any message could name. */
const HEADS_MAX = 64;

/** What this device has seen of the other ones that spoke last in the conversation: goes into what it seals (PROTOCOL 5.10). */
export function seenHeads({ chains }: Pick<ConversationRecord, 'chains'>, deviceId: DeviceId): SeenHead[] {
  const newest = Object.entries(chains).flatMap(([device, { runs }]) => {
    const run = runs.at(-1);
    return run === undefined || device === deviceId ? [] : [{ device, run }];
  });
  newest.sort((a, b) => b.run.toPosition - a.run.toPosition);
  return newest.slice(0, HEADS_MAX).map(({ device, run }) => ({
    deviceId: idFromHex(device),
    seq: run.to,
    hash: asBytes32(fromHex(run.lastHash)),
  }));
}

/**
 * Whether a sender of these messages has been shown other envelopes than this device: a server that tells two stories. The newest message of
 * each device speaks for those before it.
 */
export async function isForked(primitives: Primitives, store: LogStore, judged: readonly Judged[]): Promise<boolean> {
  const newest = new Map<string, Judged>();
  for (const entry of judged) {
    if (entry.opened !== null && entry.record.kind === 'message') newest.set(entry.record.device, entry);
  }
  for (const { opened } of newest.values()) {
    const verdict = await checkAcks(primitives, opened!, async (device, seq) => {
      const place = await store.place(idToHex(device), seq);
      return place && asBytes32(fromHex(place.hash));
    });
    if (verdict === 'forked') return true;
  }
  return false;
}

/** Whether a position that is here suddenly holds something else. */
export async function isOtherStory(
  store: LogStore,
  opener: Pick<Opener, 'hashOf'>,
  { coverage }: ConversationRecord,
  messages: readonly StoredMessage[],
): Promise<boolean> {
  const again = messages.filter(({ seq }) => covers(coverage, seq));
  const held = await store.at(again.map(({ seq }) => seq));
  for (const [index, { envelope }] of again.entries()) {
    const record = held[index];
    if (record === undefined || record.kind === 'passed-over') continue;
    if (record.hash !== (await opener.hashOf(envelope))) return true;
  }
  return false;
}
