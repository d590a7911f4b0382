import type { ConversationId, MessageId } from '@secureconnect/contracts/ids';
import { sameBytes } from '@secureconnect/contracts/signed/bytes';
import {
  ENVELOPE_KINDS,
  isGroupHeader,
  readEnvelope,
  readEnvelopeHeader,
  type Envelope,
  type EnvelopeKind,
} from '@secureconnect/contracts/signed/envelope';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { EPHEMERAL_MAX_BYTES, isSignalOfNow } from '../ephemeral/ephemeral-rules.js';
import { envelopeHash, RECEIPT_MAX_BYTES, type Admission, type Sender } from '../mailbox/admission.js';
import type { AdmittedMessage } from '../mailbox/chain-rules.js';
import type { ReceiptToKeep } from '../store/receipt-store.js';
import type { Roster } from './roster.js';

export type RosterOf = (conversationId: string) => Roster | null;

/** Where an envelope says of what kind it is: behind magic and suite. */
const KIND_AT = 5;

/** Whether a message says that it is for a group. Looks at one byte: this is asked of every message. */
export function isGroupMessage(bytes: Uint8Array): boolean {
  return bytes[KIND_AT] === ENVELOPE_KINDS.group;
}

/** Whether any envelope says that it is for a group; what cannot be read is not, and is refused where others are. */
export function isForGroup(bytes: Uint8Array): boolean {
  try {
    return isGroupHeader(readEnvelopeHeader(bytes));
  } catch {
    return false;
  }
}

/**
 * Checks what the server can see of a message to a group: its form, that it claims to be from the caller's own device, that the caller
 * is a member, and that it is sealed under the newest epoch, which was made for the newest head of the log: nobody who was removed
 * before has its key (PROTOCOL 6) [T-70].
 */
export function admitGroupMessage(bytes: Uint8Array, sender: Sender, rosterOf: RosterOf): Admission<AdmittedMessage> {
  const admission = admitGroupEnvelope(bytes, ENVELOPE_KINDS.group, sender, rosterOf);
  if ('refused' in admission) return admission;
  const { header } = admission.admitted;
  return {
    members: admission.members,
    admitted: {
      messageId: idToHex(header.messageId) as MessageId,
      conversationId: idToHex(header.conversationId) as ConversationId,
      senderUser: sender.userId,
      senderDevice: sender.deviceId,
      senderSeq: header.senderSeq,
      previousHash: header.previousHash,
      hash: envelopeHash(bytes),
      envelope: bytes,
      group: { head: header.groupHead, epoch: header.epoch },
    },
  };
}

/** The same for a receipt. */
export function admitGroupReceipt(bytes: Uint8Array, sender: Sender, rosterOf: RosterOf): Admission<ReceiptToKeep> {
  if (bytes.byteLength > RECEIPT_MAX_BYTES) return { refused: 'envelope-refused' };
  const admission = admitGroupEnvelope(bytes, ENVELOPE_KINDS.receipt, sender, rosterOf);
  if ('refused' in admission) return admission;
  const { header } = admission.admitted;
  return {
    members: admission.members,
    admitted: {
      conversationId: idToHex(header.conversationId),
      deviceId: sender.deviceId,
      userId: sender.userId,
      senderSeq: header.senderSeq,
      epoch: header.epoch,
      envelope: bytes,
    },
  };
}

/** The same for what is relayed and not kept. */
export function admitGroupEphemeral(
  bytes: Uint8Array,
  sender: Sender,
  rosterOf: RosterOf,
  nowMs: number,
): Admission<Envelope> {
  if (bytes.byteLength > EPHEMERAL_MAX_BYTES) return { refused: 'envelope-refused' };
  const admission = admitGroupEnvelope(bytes, ENVELOPE_KINDS.ephemeral, sender, rosterOf);
  if ('refused' in admission) return admission;
  return isSignalOfNow(admission.admitted.header, nowMs) ? admission : { refused: 'signal-expired' };
}

function admitGroupEnvelope(
  bytes: Uint8Array,
  kind: EnvelopeKind,
  sender: Sender,
  rosterOf: RosterOf,
): Admission<Envelope> {
  let envelope: Envelope;
  try {
    envelope = readEnvelope(bytes);
  } catch {
    return { refused: 'envelope-refused' };
  }
  const { header } = envelope;
  const isOwn = idToHex(header.senderUser) === sender.userId && idToHex(header.senderDevice) === sender.deviceId;
  if (header.kind !== kind || !isGroupHeader(header) || !isOwn) return { refused: 'envelope-refused' };
  const roster = rosterOf(idToHex(header.conversationId));
  // An unknown group is answered like one of others: who is not in it does not learn that it exists.
  if (roster?.members.includes(sender.userId) !== true) return { refused: 'conversation-unknown' };
  const isNewest =
    roster.epochSeq === roster.seq && header.epoch === roster.epoch && sameBytes(header.groupHead, roster.head);
  return isNewest ? { admitted: envelope, members: roster.members } : { refused: 'epoch-stale' };
}
