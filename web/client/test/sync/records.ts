import type { ConversationId, DeviceId, MessageId, UserId } from '@secureconnect/contracts/ids';
import { newConversation, type ConversationRecord, type VerifiedRecord } from '../../src/conversations/records.js';
import { NO_HASH } from '../../src/sync/chain.js';
import type { Judged, Taken } from '../../src/sync/place.js';

export const ALICE = 'a1'.repeat(16) as UserId;
export const BOB = 'b0'.repeat(16) as UserId;
export const ALICE_LAPTOP = 'a2'.repeat(16) as DeviceId;
export const BOB_LAPTOP = 'b2'.repeat(16) as DeviceId;
export const NOTHING_TAKEN: Taken = { places: new Map(), ids: new Map() };

/** The hash of message `n` of a device; different ones for different `fork`s. */
export function hashOf(device: DeviceId, n: number, fork = ''): string {
  return n === 0 ? NO_HASH : `${device.slice(0, 2)}${fork}${n.toString(16)}`.padEnd(64, '0');
}

/** Alice's message number `n`, as bob's client verified it. */
export function verified(n: number, over: Partial<VerifiedRecord> = {}): VerifiedRecord {
  const device = over.device ?? ALICE_LAPTOP;
  return {
    kind: 'message',
    acceptedAtMs: 1_000 * n,
    hash: hashOf(device, n),
    messageId: `${device.slice(0, 16)}${n.toString(16).padStart(16, '0')}` as MessageId,
    sender: device === ALICE_LAPTOP ? ALICE : BOB,
    device,
    senderSeq: n,
    prevHash: hashOf(device, n - 1),
    sentAtMs: 1_000 * n,
    content: { kind: 'text', body: `message ${n}` },
    ...over,
  };
}

export function at(position: number, record: Judged['record'], change: Judged['change'] = null): Judged {
  return { position, record, change, envelope: 'AAAA', opened: null };
}

export function emptyConversation(over: Partial<ConversationRecord> = {}): ConversationRecord {
  const conversationId = 'c0'.repeat(16) as ConversationId;
  return { ...newConversation({ conversationId, peer: ALICE, createdAtMs: 0, lastAtMs: 0 }), ...over };
}
