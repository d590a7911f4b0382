import type { ConversationId, DeviceId, MessageId, UserId } from '@secureconnect/contracts/ids';
import type { ProblemCode } from '@secureconnect/contracts/problem';
import type { CallView } from './calls/call-views.js';

/**
 * What a face, a load generator or a test sees of the messenger: plain data that survives structured cloning, so that the
 * whole messenger can live in a Worker. Nothing here is a key, and no call returns the plaintext of bytes that the caller chose.
 */

/** Where the session stands. A session survives reload: `restore()` finds it again. */
export type SessionState =
  /** `ban`: with `banned`, as far as the server has said it to this device. */
  | { readonly state: 'signed-out'; readonly endedBy: SessionEnd | null; readonly ban?: BanView }
  | { readonly state: 'signed-in'; readonly self: Self };

export type SessionEnd = 'you' | 'expired' | 'reused' | 'revoked' | 'banned' | 'storage-lost';

export interface Self {
  readonly userId: UserId;
  readonly username: string;
  readonly deviceId: DeviceId;
  readonly role: 'user' | 'admin';
}

/** Steps of signing up or in, in order; a face may show each. */
export type SessionStep =
  | 'deriving-keys'
  | 'making-keys'
  | 'sealing-vault'
  | 'asking-server'
  | 'opening-vault'
  | 'adding-device'
  | 'loading-conversations';

/**
 * Every way in which something is refused, as a code for which the face has words. Server codes pass through; those below are the
 * client's own findings, and none of them is told to the server.
 */
export type RefusalCode = ProblemCode | ClientRefusalCode;
export type ClientRefusalCode =
  | 'offline'
  | 'invalid-username'
  | 'password-too-weak'
  | 'insecure-context'
  /** The server asked for weaker key derivation than this product or this device allows; nothing was sent (THREATS 2-4, 7). */
  | 'kdf-refused'
  /** The account has no vault on the server. No new key is made over an existing account (THREATS 11). */
  | 'vault-missing'
  /** The vault does not open, is another user's, or was altered (THREATS 8, 10, 12, 13, 15). */
  | 'vault-refused-here'
  /** The server gave an older vault than this device has seen (THREATS 9). */
  | 'vault-rolled-back'
  /** The published identity is not the vault's. */
  | 'identity-mismatch'
  /** The peer's identity does not verify. */
  | 'peer-identity-refused'
  /** The peer has other keys than before: sending waits for a person (THREATS 26). */
  | 'peer-keys-changed'
  | 'text-too-long'
  | 'self-conversation'
  | 'server-answer-refused'
  | 'storage-unavailable'
  /** The checksum of a recovery key does not hold, or it is not the one that was shown. */
  | 'recovery-key-mistyped'
  /** The recovery key that was shown is no longer here: make another. */
  | 'recovery-key-forgotten'
  | 'recovery-key-refused'
  /** The account was started fresh since this device saw it: nothing was unlocked before the person says that this is known (THREATS 21). */
  | 'account-started-fresh'
  /** The server shows two logs of the group: nothing is sent in it any more (THREATS 72). */
  | 'group-forked';

export type Outcome<T> = { readonly ok: true; readonly value: T } | Refused;
/** Why an account is closed, and until when (null: until somebody opens it again). */
export interface BanView {
  readonly reason: string;
  readonly untilMs: number | null;
}

export interface Refused {
  readonly ok: false;
  readonly code: RefusalCode;
  readonly retryAfterSeconds?: number;
  /** With `account-banned`. */
  readonly ban?: BanView;
}

export type Connection =
  | { readonly state: 'offline'; readonly retryAtMs: number | null }
  | { readonly state: 'connecting' }
  | { readonly state: 'connected'; readonly replicaId: string };

/** PROTOCOL 7: `first-use` pinned, `checked-in-log` (later), `verified` by a person, `changed` since. */
export type Trust = 'first-use' | 'checked-in-log' | 'verified' | 'changed';

export interface Peer {
  readonly userId: UserId;
  readonly username: string;
  readonly trust: Trust;
  /** When the keys that count here were first seen by this account; null where none are pinned. */
  readonly pinnedAtMs: number | null;
}

/** Whom an own message has reached, by what they have signed. Each of those it was for is in one list; by name. */
export interface MessageReach {
  readonly read: readonly Peer[];
  readonly delivered: readonly Peer[];
  readonly waiting: readonly Peer[];
}

export type GroupRole = 'owner' | 'admin' | 'member';

/** A group in a list, as its signed log says. */
export interface GroupSummary {
  /** Empty while it cannot be read here, and while it is a request. */
  readonly name: string;
  readonly memberCount: number;
  /** null: no longer a member. */
  readonly ownRole: GroupRole | null;
  /** Sending has stopped (`group-forked`). */
  readonly forked: boolean;
  /** Who took this account in: of a request, the stranger. null: nobody, it began the group; or its log is not here. */
  readonly invitedBy: Peer | null;
}

export interface ConversationView {
  readonly conversationId: ConversationId;
  readonly kind: 'direct' | 'group';
  /** Who is on the other side. Of a group: stands for all of it, with its id and its name; it is no user, and has no keys to look at. */
  readonly peer: Peer;
  /** null in a direct conversation. */
  readonly group: GroupSummary | null;
  /** Newest message, decrypted; null in an empty conversation or while it has not been opened yet. */
  readonly last: MessageView | null;
  readonly lastAtMs: number;
  readonly unread: number;
  /** Conversation kept from sending until a person decides: the peer's keys changed. */
  readonly held: boolean;
  readonly standing: Standing;
}

/**
 * `request`: a stranger has begun it, or has put the person into a group; nothing that is in it is shown and they are told nothing until it is
 * accepted, or answered.
 */
export type Standing = 'open' | 'request' | 'blocked';

/** Sending: in the outbox. Encrypted: sealed, on its way. Accepted: stored by the server. Delivered, read: signed by a device of the peer. */
export type MessageState = 'sending' | 'encrypted' | 'accepted' | 'delivered' | 'read' | 'failed';

export type MessageContent =
  | { readonly kind: 'text'; readonly body: string }
  /** PROTOCOL 5: one visible bubble for every reason; `reason` is for the details sheet, never sent anywhere. */
  | { readonly kind: 'unverifiable'; readonly reason: string }
  /** Its author has taken it back. */
  | { readonly kind: 'deleted' }
  /** Messages that exist and that the server has not given: `count` of them, just before the message with the same `seq`. */
  | { readonly kind: 'missing'; readonly count: number }
  /** A call that is over, as who called says: `seconds` is 0 unless it was answered. */
  | { readonly kind: 'call'; readonly outcome: 'answered' | 'declined' | 'missed'; readonly seconds: number }
  | { readonly kind: 'unsupported' };

export interface MessageView {
  readonly conversationId: ConversationId;
  /** The sender's message id; for `missing` and for unreadable bytes an id made here. */
  readonly messageId: MessageId;
  readonly sender: UserId;
  readonly outgoing: boolean;
  readonly content: MessageContent;
  /** Position in the conversation; null until accepted. */
  readonly seq: number | null;
  /** What the sender signed. */
  readonly sentAtMs: number;
  /** When the server says it took it; null until accepted. */
  readonly acceptedAtMs: number | null;
  /** Sender's and server's clocks are more than five minutes apart. */
  readonly clockMark: boolean;
  readonly state: MessageState;
  /** Why `failed`, or why a change of it was not taken: `retry` and `discard` are about that. */
  readonly refusal: RefusalCode | null;
  /** What it answers; null for nothing. */
  readonly quote: QuoteView | null;
  /** When its author signed the newest change of the text; null: never changed. */
  readonly editedAtMs: number | null;
  readonly reactions: readonly ReactionView[];
}

export interface MessagePage {
  /** By rising position; own unsent messages last. */
  readonly messages: readonly MessageView[];
  /** What happened to the group among these messages, by rising `entry`. Neighbouring pages may both have one: `entry` is its key. */
  readonly groupEvents: readonly GroupEventView[];
  /** Whether older ones exist. */
  readonly more: boolean;
}

/** A line in the thread about the group itself, as its signed log says: nothing that a server says makes one (THREATS 58). */
export interface GroupEventView {
  readonly conversationId: ConversationId;
  /** Position in the group's log, from 1; alike on all devices. */
  readonly entry: number;
  /** It stands before the first message whose `seq` is not lower than this; null: after all that were accepted. */
  readonly beforeSeq: number | null;
  /** What the actor signed. */
  readonly atMs: number;
  readonly actor: Peer;
  readonly happened: GroupHappening;
}

/** `name`: null where it cannot be opened here. The actor of `left` has left; of `role` to `owner` is owner no longer. */
export type GroupHappening =
  | { readonly kind: 'created'; readonly name: string | null }
  | { readonly kind: 'added'; readonly target: Peer }
  | { readonly kind: 'removed'; readonly target: Peer }
  | { readonly kind: 'left' }
  | { readonly kind: 'role'; readonly target: Peer; readonly role: GroupRole }
  | { readonly kind: 'renamed'; readonly name: string | null }
  /** Whether every member may rename it, or its admins alone. */
  | { readonly kind: 'policy'; readonly anyoneRenames: boolean };

/** Something that a person should see: always words in the face, never silent. */
export interface Alarm {
  readonly code:
    | 'vault-rolled-back'
    | 'peer-keys-changed'
    | 'server-answer-refused'
    | 'replayed'
    | 'session-reused'
    /** The peer has been shown another history than this device: the server tells two stories. */
    | 'history-forked'
    /** The server's record of the account's credits does not hold: the statement says where (THREATS 99). */
    | 'ledger-refused'
    /** Two logs or two epochs of one group: the server tells two stories, and sending in it has stopped (THREATS 71, 72). */
    | 'group-forked';
  readonly userId: UserId | null;
  readonly conversationId: ConversationId | null;
  readonly atMs: number;
}

export type MessengerEvent =
  | { readonly type: 'session'; readonly session: SessionState }
  | { readonly type: 'step'; readonly step: SessionStep }
  | { readonly type: 'connection'; readonly connection: Connection }
  | { readonly type: 'conversation'; readonly conversation: ConversationView }
  /** A message is new or has changed; same messageId: replace it. */
  | { readonly type: 'message'; readonly message: MessageView }
  /** What was shown under this id is no more: a missing message came, or an unsent one was discarded. */
  | { readonly type: 'message-removed'; readonly conversationId: ConversationId; readonly messageId: MessageId }
  /** Somebody has begun to type, or has stopped. */
  | {
      readonly type: 'typing';
      readonly conversationId: ConversationId;
      readonly userId: UserId;
      readonly isTyping: boolean;
    }
  /** Something happened to a group; same `entry`: replace it. */
  | { readonly type: 'group-event'; readonly event: GroupEventView }
  | { readonly type: 'presence'; readonly presence: PresenceView }
  | { readonly type: 'credits'; readonly available: number }
  | { readonly type: 'call'; readonly call: CallView }
  | { readonly type: 'alarm'; readonly alarm: Alarm };

/** A reaction: one symbol of at most 8 UTF-16 units, and who set it. At most one a person. */
export interface ReactionView {
  readonly symbol: string;
  readonly senders: readonly UserId[];
}

/** What a message answers. `known: false`: it is not on this device. `altered`: its hash is not the quoted one's (T-55). */
export type QuoteView =
  | {
      readonly known: true;
      readonly messageId: MessageId;
      readonly sender: UserId;
      readonly body: string;
      readonly altered: boolean;
    }
  | { readonly known: false; readonly messageId: MessageId };

/** What the server says about somebody who lets it say so; not signed. */
export interface PresenceView {
  readonly userId: UserId;
  /** null: nothing is told. */
  readonly online: boolean | null;
  readonly lastSeenAtMs: number | null;
}
