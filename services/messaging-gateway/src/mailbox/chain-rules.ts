import type { ConversationId, DeviceId, MessageId, UserId } from '@secureconnect/contracts/ids';

/** A message whose form, sender and conversation were checked. */
export interface AdmittedMessage {
  readonly messageId: MessageId;
  readonly conversationId: ConversationId;
  readonly senderUser: UserId;
  readonly senderDevice: DeviceId;
  /** From 1, without gaps, for each device in each conversation. */
  readonly senderSeq: number;
  /** Hash of the device's envelope before this one; 32 zero bytes for the first. */
  readonly previousHash: Uint8Array;
  /** Hash of this envelope. */
  readonly hash: Uint8Array;
  readonly envelope: Uint8Array;
  /** Of a message to a group: the head of its log and the epoch for which it was sealed. */
  readonly group?: { readonly head: Uint8Array; readonly epoch: number };
}

/** Where a device's chain stands in a conversation. */
export interface ChainHead {
  readonly senderSeq: number;
  readonly hash: Uint8Array;
}

/** A stored message, as far as a repetition must be told from a theft of its id. */
export interface StoredPosition {
  readonly hash: Uint8Array;
  readonly seq: number;
  readonly acceptedAtMs: number;
}

export type PlacingMove =
  | { readonly outcome: 'stored' }
  | { readonly outcome: 'repeated'; readonly seq: number; readonly acceptedAtMs: number }
  | { readonly outcome: 'message-id-taken' }
  | { readonly outcome: 'sequence-gap' };

/**
 * What to do with a message: repeat an earlier answer, store it, or refuse what would break its device's chain
 * (.github/adr/0002). `known` is the message stored under its id, `head` its device's chain in the conversation.
 */
export function placeMessage(
  message: AdmittedMessage,
  known: StoredPosition | null,
  head: ChainHead | null,
): PlacingMove {
  if (known !== null) return repeatOrRefuse(message, known);
  if (message.senderSeq !== (head?.senderSeq ?? 0) + 1) return { outcome: 'sequence-gap' };
  // The first one's previousHash is zero: the reader of the header holds that.
  if (head !== null && !sameBytes(message.previousHash, head.hash)) return { outcome: 'sequence-gap' };
  return { outcome: 'stored' };
}

/** The same bytes under the same id: the same answer. Other bytes: the id is taken. */
export function repeatOrRefuse(
  message: AdmittedMessage,
  known: StoredPosition,
): Exclude<PlacingMove, { outcome: 'stored' | 'sequence-gap' }> {
  if (!sameBytes(message.hash, known.hash)) return { outcome: 'message-id-taken' };
  return { outcome: 'repeated', seq: known.seq, acceptedAtMs: known.acceptedAtMs };
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
