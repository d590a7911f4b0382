import { type EnvelopeHeader, isChained } from '@secureconnect/contracts/signed/envelope';
import type { AckVerdict } from './acks.js';
import type { Position } from './inner.js';

/** What speaks for an envelope of a device that was revoked since. */
export interface RevokedEvidence {
  /** This very envelope, by its hash, was opened and kept here before the revocation was known here. */
  readonly openedBefore?: boolean;
  /** The highest senderSeq of the device, in this conversation, that an envelope vouches for (`vouchedPositions`); its chain leads down from there. */
  readonly vouchedUpTo?: number;
}

/**
 * PROTOCOL 5.13 [T-81]. Whoever has a stolen device dates what he signs with it as he likes, so a time before the revocation is not
 * enough: the envelope was here before, or somebody else has seen it. A signal, a receipt or an ephemeral word of a revoked device is nothing.
 */
export function isBelievedOfRevoked(
  header: Pick<EnvelopeHeader, 'kind' | 'sentAtMs' | 'senderSeq'>,
  revokedAtMs: number,
  evidence: RevokedEvidence = {},
): boolean {
  const { openedBefore = false, vouchedUpTo = 0 } = evidence;
  return isChained(header.kind) && header.sentAtMs < revokedAtMs && (openedBefore || header.senderSeq <= vouchedUpTo);
}

/**
 * Positions that an envelope vouches for: what its sender had seen, where the hashes here give the same root. The envelope itself must be
 * believed, and its device not revoked.
 */
export function vouchedPositions(
  believed: { readonly acks: readonly Position[] },
  verdict: AckVerdict,
): readonly Position[] {
  return verdict === 'agrees' ? believed.acks : [];
}
