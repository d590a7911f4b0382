import { type Bytes32, sameBytes } from '@secureconnect/contracts/signed/bytes';
import type { EnvelopeHeader } from '@secureconnect/contracts/signed/envelope';

/** The newest envelope of one device in one conversation. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: Bytes32;
}

/**
 * `continues`: the next one. `repeated`: the very envelope that is the head. `older`: below the head; it was seen, or belongs into a gap
 * (`linksTo` tells). `gap`: `missing` envelopes are not here [T-46]. `forked`: another envelope in the head's place, or one that
 * continues something else [T-45].
 */
export type ChainVerdict =
  | { readonly verdict: 'continues' | 'repeated' | 'older' | 'forked' }
  | { readonly verdict: 'gap'; readonly missing: number };

/** Places an envelope of kind 1 in its device's chain (PROTOCOL 5.6). `hash` is the envelope's own. */
export function continueChain(
  head: ChainHead | null,
  header: Pick<EnvelopeHeader, 'senderSeq' | 'previousHash'>,
  hash: Bytes32,
): ChainVerdict {
  const seen = head?.seq ?? 0;
  if (header.senderSeq > seen + 1) return { verdict: 'gap', missing: header.senderSeq - seen - 1 };
  if (header.senderSeq < seen) return { verdict: 'older' };
  if (head === null) return { verdict: 'continues' };
  if (header.senderSeq === seen) return { verdict: sameBytes(hash, head.hash) ? 'repeated' : 'forked' };
  return { verdict: sameBytes(header.previousHash, head.hash) ? 'continues' : 'forked' };
}

/** Whether `later` directly follows `earlier` in one device's chain: for pages of history, which are read backwards. */
export function linksTo(
  earlier: ChainHead,
  later: Pick<EnvelopeHeader, 'senderSeq' | 'previousHash'>,
): 'linked' | 'apart' | 'forked' {
  if (later.senderSeq !== earlier.seq + 1) return 'apart';
  return sameBytes(later.previousHash, earlier.hash) ? 'linked' : 'forked';
}
