import type { ConversationId, DeviceId, UserId } from '@secureconnect/contracts/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import { SignedFormatError, type Bytes16 } from '@secureconnect/contracts/signed/bytes';
import { ENVELOPE_KINDS, readEnvelope, type Envelope } from '@secureconnect/contracts/signed/envelope';
import { idToHex } from '@secureconnect/contracts/signed/ids';

/** Who sends, as the access token says. */
export interface Sender {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
}

export type Judgement =
  { readonly conversationId: ConversationId } | { readonly refused: 'signal-refused' | 'signal-expired' };

/**
 * Reads a sealed signal as far as a server can: kind 5, in the sender's own name and from the sender's own device, sealed for its
 * addressee, of now. What is inside, and whether the signature is right, is for the addressee to see.
 */
export function judgeSignal(bytes: Uint8Array, sender: Sender, toUserId: UserId, nowMs: number): Judgement {
  const envelope = readOrNull(bytes);
  if (envelope === null) return { refused: 'signal-refused' };
  const { header, wraps } = envelope;
  const isOwn = isId(header.senderUser, sender.userId) && isId(header.senderDevice, sender.deviceId);
  const isForAddressee = wraps.some((wrap) => isId(wrap.userId, toUserId));
  if (header.kind !== ENVELOPE_KINDS.signal || !isOwn || !isForAddressee) return { refused: 'signal-refused' };
  if (Math.abs(nowMs - header.sentAtMs) > LIMITS.signalLifetimeMs) return { refused: 'signal-expired' };
  return { conversationId: idToHex(header.conversationId) as ConversationId };
}

function readOrNull(bytes: Uint8Array): Envelope | null {
  try {
    return readEnvelope(bytes);
  } catch (error) {
    if (error instanceof SignedFormatError) return null;
    throw error;
  }
}

function isId(bytes: Bytes16, id: UserId | DeviceId): boolean {
  return idToHex(bytes) === id;
}
