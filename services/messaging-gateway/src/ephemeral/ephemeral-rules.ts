import { LIMITS } from '@secureconnect/contracts/limits';
import {
  ENVELOPE_KINDS,
  ENVELOPE_OVERHEAD_BYTES,
  type Envelope,
  type EnvelopeHeader,
} from '@secureconnect/contracts/signed/envelope';
import { admitEnvelope, type Admission, type MembersOf, type Sender } from '../mailbox/admission.js';

/** That somebody types needs a few bytes; it is free and goes to everybody, so it may not carry a letter. */
export const EPHEMERAL_MAX_BYTES = ENVELOPE_OVERHEAD_BYTES + 1_024;

/**
 * Checks what the server can see of an envelope that is relayed and not kept: as of a message, and that it is of now.
 */
export function admitEphemeral(
  bytes: Uint8Array,
  sender: Sender,
  membersOf: MembersOf,
  nowMs: number,
): Admission<Envelope> {
  if (bytes.byteLength > EPHEMERAL_MAX_BYTES) return { refused: 'envelope-refused' };
  const admission = admitEnvelope(bytes, ENVELOPE_KINDS.ephemeral, sender, membersOf);
  if ('refused' in admission) return admission;
  return isSignalOfNow(admission.admitted.header, nowMs) ? admission : { refused: 'signal-expired' };
}

/** Whether what is told was so just now, by the sender's clock and ours. */
export function isSignalOfNow({ sentAtMs }: Pick<EnvelopeHeader, 'sentAtMs'>, nowMs: number): boolean {
  return Math.abs(nowMs - sentAtMs) <= LIMITS.signalLifetimeMs;
}
