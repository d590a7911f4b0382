import { createHash } from 'node:crypto';
import type { ConversationId, DeviceId, MessageId, UserId } from '@secureconnect/contracts/ids';
import {
  ENVELOPE_KINDS,
  readEnvelope,
  type Envelope,
  type EnvelopeKind,
} from '@secureconnect/contracts/signed/envelope';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { label } from '@secureconnect/contracts/signed/labels';
import type { ProblemCode } from '@secureconnect/contracts/problem';
import type { AdmittedMessage } from './chain-rules.js';
import type { ReceiptToKeep } from '../store/receipt-store.js';

/** Who sends, as the access token says. */
export interface Sender {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
}

/** Receipts cost nothing and come with every page: positions of all devices that two accounts can have fit, and no more. */
export const RECEIPT_MAX_BYTES = 65_536;

export type MembersOf = (conversationId: string) => readonly UserId[];

/** Either what may go on, or the code to refuse with. */
export type Admission<T> =
  { readonly admitted: T; readonly members: readonly UserId[] } | { readonly refused: ProblemCode };

/**
 * Checks what the server can see of a message: its form, that it claims to be from the caller's own device, and that it is
 * sealed for exactly the members of a conversation that the caller is in. The signature is for its readers.
 */
export function admitMessage(bytes: Uint8Array, sender: Sender, membersOf: MembersOf): Admission<AdmittedMessage> {
  const envelope = admitEnvelope(bytes, ENVELOPE_KINDS.direct, sender, membersOf);
  if ('refused' in envelope) return envelope;
  const { header } = envelope.admitted;
  return {
    members: envelope.members,
    admitted: {
      messageId: idToHex(header.messageId) as MessageId,
      conversationId: idToHex(header.conversationId) as ConversationId,
      senderUser: sender.userId,
      senderDevice: sender.deviceId,
      senderSeq: header.senderSeq,
      previousHash: header.previousHash,
      hash: envelopeHash(bytes),
      envelope: bytes,
    },
  };
}

/** The same for a receipt, which has its own lane (.github/adr/0003). */
export function admitReceipt(bytes: Uint8Array, sender: Sender, membersOf: MembersOf): Admission<ReceiptToKeep> {
  if (bytes.byteLength > RECEIPT_MAX_BYTES) return { refused: 'envelope-refused' };
  const envelope = admitEnvelope(bytes, ENVELOPE_KINDS.receipt, sender, membersOf);
  if ('refused' in envelope) return envelope;
  const { header } = envelope.admitted;
  return {
    members: envelope.members,
    admitted: {
      conversationId: idToHex(header.conversationId),
      deviceId: sender.deviceId,
      userId: sender.userId,
      senderSeq: header.senderSeq,
      envelope: bytes,
    },
  };
}

/** What any envelope must be: from the caller's own device, sealed for exactly the members of a direct conversation. */
export function admitEnvelope(
  bytes: Uint8Array,
  kind: EnvelopeKind,
  sender: Sender,
  membersOf: MembersOf,
): Admission<Envelope> {
  let envelope: Envelope;
  try {
    envelope = readEnvelope(bytes);
  } catch {
    return { refused: 'envelope-refused' };
  }
  const { header, wraps } = envelope;
  if (header.kind !== kind) return { refused: 'envelope-refused' };
  if (idToHex(header.senderUser) !== sender.userId || idToHex(header.senderDevice) !== sender.deviceId) {
    return { refused: 'envelope-refused' };
  }
  const members = membersOf(idToHex(header.conversationId));
  if (!members.includes(sender.userId)) return { refused: 'conversation-unknown' };
  // Both lists are by rising user id.
  const readers = wraps.map((wrap) => idToHex(wrap.userId));
  if (readers.length !== members.length || !readers.every((reader, index) => reader === members[index])) {
    return { refused: 'envelope-refused' };
  }
  return { admitted: envelope, members };
}

/** PROTOCOL 5: what the device's next envelope names as its predecessor. 32 bytes. */
export function envelopeHash(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(label('envelope-hash')).update(bytes).digest();
}
