import type { Bytes16 } from '@secureconnect/contracts/signed/bytes';
import { ENVELOPE_KINDS, type EnvelopeHeader, type EnvelopeKind } from '@secureconnect/contracts/signed/envelope';
import { sameBytes } from '@secureconnect/contracts/signed/bytes';

/** A place in a device's sequence. */
export interface Position {
  readonly deviceId: Bytes16;
  readonly seq: number;
}

/** An envelope of the same conversation, as its sender meant it: by id, and by what it said [T-55]. */
export interface Reference {
  readonly messageId: Bytes16;
  /** First 16 bytes of the envelope's hash (`referenceTo`). */
  readonly hash: Bytes16;
}

/** `body` is 1 to 16,000 UTF-16 units of well-formed text. */
export interface Text {
  readonly t: 'text';
  readonly body: string;
  /** What it answers. */
  readonly replyTo?: Reference;
}

/** Another body for an own text. */
export interface Edit {
  readonly t: 'edit';
  readonly target: Reference;
  readonly body: string;
}

/** Takes an own message back, for everybody. */
export interface Delete {
  readonly t: 'delete';
  readonly target: Reference;
}

/** `emoji`: 1 to 32 UTF-16 units without spaces and control characters; empty takes the sender's reaction back. One of each user for a message. */
export interface Reaction {
  readonly t: 'reaction';
  readonly target: Reference;
  readonly emoji: string;
}

/** Cumulative: for each sending device the highest senderSeq up to which everything was delivered, and was read. */
export interface Receipt {
  readonly t: 'receipt';
  readonly deliveredUpTo: readonly Position[];
  readonly readUpTo: readonly Position[];
}

/** `data` belongs to the call; at most 65,536 UTF-16 units. */
export interface Signal {
  readonly t: 'signal';
  readonly callId: Bytes16;
  readonly data: string;
}

/** The sender began or stopped to write. Means something for a minute. */
export interface Typing {
  readonly t: 'typing';
  readonly on: boolean;
}

/**
 * A call that is over, said by who called. `missed`: nobody answered, whoever gave up. `seconds`: how long both heard each other, up to a
 * week; 0 unless `answered`.
 */
export interface PastCall {
  readonly t: 'call';
  readonly callId: Bytes16;
  readonly outcome: PastCallOutcome;
  readonly seconds: number;
}

export const PAST_CALL_OUTCOMES = ['answered', 'declined', 'missed'] as const;
export type PastCallOutcome = (typeof PAST_CALL_OUTCOMES)[number];

export type Inner = Text | Edit | Delete | Reaction | Receipt | Signal | Typing | PastCall;

/** Content of a later version: shown as such, never guessed at. */
export interface Unsupported {
  readonly t: 'unsupported';
  readonly type: string;
}

export const TEXT_MAX_LENGTH = 16_000;
export const REACTION_MAX_LENGTH = 32;
export const SIGNAL_DATA_MAX_LENGTH = 65_536;
export const PAST_CALL_MAX_SECONDS = 7 * 24 * 3_600;
/** Positions in one list: all devices that two accounts can have (`devicesPerAccountMax` of the contracts, twice). */
export const POSITIONS_MAX = 512;
/** How long an ephemeral envelope is believed, in milliseconds to either side of its `sentAtMs`. */
export const EPHEMERAL_LIFETIME_MS = 60_000;

/** Sequences that a device counts in a conversation: messages in one chain, and a lane each for the others (PROTOCOL 5.6). */
export type Lane = 'messages' | 'receipts' | 'signals' | 'ephemerals';

export const LANE_OF = {
  text: 'messages',
  edit: 'messages',
  delete: 'messages',
  reaction: 'messages',
  call: 'messages',
  receipt: 'receipts',
  signal: 'signals',
  typing: 'ephemerals',
} as const satisfies Record<Inner['t'], Lane>;

const { direct, group, signal, receipt, ephemeral } = ENVELOPE_KINDS;
const KINDS: Readonly<Record<'direct' | 'group', Readonly<Record<Lane, EnvelopeKind | null>>>> = {
  direct: { messages: direct, receipts: receipt, signals: signal, ephemerals: ephemeral },
  // signals go from one person to another, in a group call too
  group: { messages: group, receipts: receipt, signals: null, ephemerals: ephemeral },
};

/** The kind of envelope that carries a type of content, and no other does; null where there is none (PROTOCOL 5.9). */
export function kindOf(type: Inner['t'], conversation: 'direct' | 'group'): EnvelopeKind | null {
  return KINDS[conversation][LANE_OF[type]];
}

/** How a later message names this envelope. */
export function referenceTo(envelope: {
  readonly header: Pick<EnvelopeHeader, 'messageId'>;
  readonly hash: Uint8Array;
}): Reference {
  return { messageId: envelope.header.messageId, hash: envelope.hash.slice(0, 16) as Bytes16 };
}

/**
 * Whether `reference` means this envelope: `other` is another content under the same id, to be shown as such [T-55]; null is another
 * message.
 */
export function compareReference(
  reference: Reference,
  envelope: { readonly header: Pick<EnvelopeHeader, 'messageId'>; readonly hash: Uint8Array },
): 'same' | 'other' | null {
  if (!sameBytes(reference.messageId, envelope.header.messageId)) return null;
  return sameBytes(reference.hash, envelope.hash.subarray(0, 16)) ? 'same' : 'other';
}

/**
 * Whether an edit or delete holds [T-54]: it means this very envelope, of the same conversation and of the same user, from whichever device. A
 * reaction needs no more than `compareReference`.
 */
export function mayChange(
  change: { readonly header: EnvelopeHeader; readonly inner: Edit | Delete },
  target: { readonly header: EnvelopeHeader; readonly hash: Uint8Array },
): boolean {
  return (
    compareReference(change.inner.target, target) === 'same' &&
    sameBytes(change.header.conversationId, target.header.conversationId) &&
    sameBytes(change.header.senderUser, target.header.senderUser)
  );
}
