import type { ConversationId, DeviceId, MessageId, UserId } from '@secureconnect/contracts/ids';
import type { RefusalCode } from '../messenger.js';
import type { OutboxContent, RecordContent } from './contents.js';
import { without, type Coverage } from '../sync/coverage.js';
import type { DeviceChain } from '../sync/chain.js';

/** Table `conversations`, key [conversationId]: what is here of a conversation and what its members' devices have signed. */
export interface ConversationRecord {
  readonly conversationId: ConversationId;
  /** Of a group: its own id, which is no user's ({@link isGroup}). */
  readonly peer: UserId;
  /** Of a group: who took this account in; the account itself where it began the group. null: its log is not here yet. */
  readonly invitedBy: UserId | null;
  readonly createdAtMs: number;
  readonly lastAtMs: number;
  /** Position of the newest message that the server has told of. */
  readonly lastSeq: number;
  readonly coverage: Coverage;
  /** Of a group: positions that were never for this account, as the server says; part of `coverage`. */
  readonly closed: Coverage;
  /** Of a group: for each entry of its log, the lowest position here that was sealed under it as the newest one. */
  readonly headsAt: Readonly<Record<number, number>>;
  /** Everything from here on is fetched by itself; below is history. */
  readonly floor: number;
  readonly chains: Readonly<Record<string, { readonly user: UserId; readonly runs: DeviceChain }>>;
  /** Positions where something stands that is no message: unverifiable, passed over, or replayed. Rising. */
  readonly odd: readonly number[];
  /** For each own device: highest senderSeq that a device of the peer has signed to have. */
  readonly delivered: Readonly<Record<string, number>>;
  /** And to have read. */
  readonly read: Readonly<Record<string, number>>;
  /** What each member has signed of it, by user. */
  readonly signed: Readonly<Record<string, SignedMarks>>;
  /** For each device of the peer, and each other own one: senderSeq of its newest receipt. */
  readonly receiptsSeen: Readonly<Record<string, number>>;
  /** For each device of the peer: what our last receipt that the server took says. */
  readonly receiptSent: Readonly<Record<string, number>>;
  readonly readSent: Readonly<Record<string, number>>;
  readonly readUpTo: number;
  /** Positions above `readUpTo` that a person has not seen and should. */
  readonly unreadAt: Coverage;
}

/** What one member has signed about own messages: for each own device, the highest senderSeq. */
export interface SignedMarks {
  readonly delivered: Readonly<Record<string, number>>;
  readonly read: Readonly<Record<string, number>>;
}

/** Table `messages`, key [conversationId, position]. */
export type MessageRecord = VerifiedRecord | UnverifiableRecord | PassedOverRecord | ReplayedRecord;

/** A message whose signature, place in the chain and content were checked. */
export interface VerifiedRecord {
  readonly kind: 'message';
  readonly acceptedAtMs: number;
  readonly hash: string;
  readonly messageId: MessageId;
  readonly sender: UserId;
  readonly device: DeviceId;
  readonly senderSeq: number;
  readonly prevHash: string;
  readonly sentAtMs: number;
  /** Of a message to a group: the newest entry of its log, and the epoch, under which it was sealed. */
  readonly under?: GroupPlace;
  readonly content: RecordContent;
}

/** A moment in the life of a group. */
export interface GroupPlace {
  readonly entry: number;
  readonly epoch: number;
}

export interface UnverifiableRecord {
  readonly kind: 'unverifiable';
  readonly acceptedAtMs: number;
  readonly hash: string;
  readonly reason: string;
  /** Who is claimed to have sent it, where that is the peer; nothing is ever shown as ours that we cannot verify. */
  readonly sender: UserId;
  /** base64url, to try again when keys were accepted or a device was found. */
  readonly envelope: string;
}

/** The server's sequence has this position, and the server did not give what stands there. */
export interface PassedOverRecord {
  readonly kind: 'passed-over';
}

/** The same envelope once more, at another position: never shown (THREATS 42). */
export interface ReplayedRecord {
  readonly kind: 'replayed';
  readonly hash: string;
}

/** Table `replay`, key [conversationId, deviceId, senderSeq]: one row for every envelope that was ever taken. */
export interface ReplayRow {
  readonly hash: string;
  readonly position: number;
}

/** Table `replay`, key [conversationId, 'id', messageId]: message ids are used once. */
export interface MessageIdRow {
  readonly position: number;
  readonly hash: string;
}

/** Table `lanes`, key [conversationId]: the chain of this very device in a conversation. */
export interface LaneRecord {
  /** Of the last envelope that was sealed here. */
  readonly sealedSeq: number;
  readonly sealedHash: string;
  /** Of the last one that is known to be stored. */
  readonly storedSeq: number;
  readonly storedHash: string;
  /** Receipts have their own lane. */
  readonly receiptSeq: number;
  /** Order in which texts were put into the outbox. */
  readonly order: number;
}

/** Table `outbox`, key [conversationId, order]: an own text, or change of a message, until it is accepted. */
export interface OutboxRow {
  readonly conversationId: ConversationId;
  readonly order: number;
  readonly messageId: MessageId;
  readonly content: OutboxContent;
  readonly sentAtMs: number;
  readonly state: 'sending' | 'encrypted' | 'failed';
  readonly refusal: RefusalCode | null;
  /** While `encrypted`. */
  readonly sealed: { readonly senderSeq: number; readonly hash: string; readonly envelope: string } | null;
}

/** Whether this is a group's: nobody is its peer. */
export function isGroup({ conversationId, peer }: Pick<ConversationRecord, 'conversationId' | 'peer'>): boolean {
  return (peer as string) === conversationId;
}

/** Positions of which something was to be had: what links to one that was never for this account is not missing. */
export function givenOf({ closed, coverage }: Pick<ConversationRecord, 'closed' | 'coverage'>): Coverage {
  return without(coverage, closed);
}

/** A record that an earlier version of the messenger wrote lacks what came later. */
export function completeRecord(record: ConversationRecord): ConversationRecord {
  return { ...newConversation(record), ...record };
}

export function newConversation(
  of: Pick<ConversationRecord, 'conversationId' | 'peer' | 'createdAtMs' | 'lastAtMs'>,
): ConversationRecord {
  return {
    conversationId: of.conversationId,
    peer: of.peer,
    invitedBy: null,
    createdAtMs: of.createdAtMs,
    lastAtMs: of.lastAtMs,
    lastSeq: 0,
    coverage: [],
    closed: [],
    headsAt: {},
    floor: 1,
    chains: {},
    odd: [],
    delivered: {},
    read: {},
    signed: {},
    receiptsSeen: {},
    receiptSent: {},
    readSent: {},
    readUpTo: 0,
    unreadAt: [],
  };
}
