import type { CallEnd, CallPhase } from '@secureconnect/contracts/call-states';
import type { CallId, ConversationId, UserId } from '@secureconnect/contracts/ids';

export type { CallEnd, CallPhase } from '@secureconnect/contracts/call-states';

/** What two people compare to know that nobody stands between them; the same on both sides. */
export interface CallCode {
  /** Seven, in order. */
  readonly emoji: readonly string[];
  /** The same seven as words. */
  readonly words: readonly string[];
}

/** Somebody else in a call. */
export interface CallPerson {
  readonly userId: UserId;
  readonly username: string;
  /** Names the link on this device; null until there is one. */
  readonly linkId: string | null;
  readonly phase: Exclude<CallPhase, 'calling' | 'ended'>;
  readonly muted: boolean;
  /** null until both have opened their parts. */
  readonly code: CallCode | null;
}

/** A call that goes on in a group, as the server says: nobody is let in by it. */
export interface CallUnderway {
  readonly callId: CallId;
  readonly conversationId: ConversationId;
  /** Usernames of the members who are said to be in it. */
  readonly names: readonly string[];
}

export interface CallView {
  readonly callId: CallId;
  readonly conversationId: ConversationId;
  readonly outgoing: boolean;
  /** A call of a group: people come and go. */
  readonly group: boolean;
  /** Who is called or calls; of a group its name. */
  readonly name: string;
  /** Who calls; null for who called. */
  readonly caller: string | null;
  readonly phase: CallPhase;
  /** null until it is over. */
  readonly end: CallEnd | null;
  readonly beganAtMs: number;
  /** null until somebody was heard. */
  readonly connectedAtMs: number | null;
  /** Whether the own microphone is muted. */
  readonly muted: boolean;
  /** No address of this device was given away: relays only. */
  readonly relayOnly: boolean;
  /** Every frame is sealed under keys of this call, under DTLS-SRTP; false: DTLS-SRTP alone. null until known. */
  readonly sealed: boolean | null;
  readonly people: readonly CallPerson[];
  /** Of a group: whose keys did not hold; they are not heard, and hear nothing from here (THREATS 85). */
  readonly unproven: readonly string[];
}
