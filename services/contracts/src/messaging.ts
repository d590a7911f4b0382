import * as z from 'zod';
import type {
  AppendToGroup,
  AppendToGroupOutcome,
  GroupChanged,
  ReadGroupEpoch,
  ReadGroupEpochOutcome,
  ReadGroupLog,
  ReadGroupLogOutcome,
  RotateGroup,
} from './groups.js';
import { ConversationId, MessageId, Seq, socketBytes, TimeMs, UserId } from './ids.js';
import { LIMITS } from './limits.js';
import { SocketRefusal } from './problem.js';

// Socket.IO at /socket/messaging, namespace "/". Every command is acknowledged with an Outcome and may be repeated safely.

/** Handshake `auth` payload. The access cookie says who; `v` is PROTOCOL_VERSION. */
export const Handshake = z.strictObject({ v: z.int().min(0).max(1_000_000) });
export type Handshake = z.infer<typeof Handshake>;

const EnvelopeBytes = socketBytes(400, LIMITS.envelopeMaxBytes);

export const ConversationSummary = z.strictObject({
  conversationId: ConversationId,
  kind: z.enum(['direct', 'group']),
  /** Of a group: as the server folds its log; a client believes only its own fold. */
  members: z.array(UserId).max(LIMITS.groupMembersMax),
  /** Position of the newest message; 0 where there is none. */
  lastSeq: Seq,
  createdAtMs: TimeMs,
  /** When the newest message was accepted, or when the conversation was opened. */
  lastAtMs: TimeMs,
});
export type ConversationSummary = z.infer<typeof ConversationSummary>;

/** Opens (or finds) the direct conversation with a user; its id is derived from both user ids (see contracts/signed). */
export const OpenConversation = z.strictObject({ peerUserId: UserId });
export type OpenConversation = z.infer<typeof OpenConversation>;
export const OpenConversationOutcome = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), conversation: ConversationSummary }),
  SocketRefusal,
]);
export type OpenConversationOutcome = z.infer<typeof OpenConversationOutcome>;

/** The caller's conversations by falling (lastAtMs, conversationId); `cursor` is the last of the page before. */
export const ListConversations = z.strictObject({
  cursor: z.strictObject({ lastAtMs: TimeMs, conversationId: ConversationId }).nullable(),
  limit: z.int().min(1).max(LIMITS.conversationPageMax),
});
export type ListConversations = z.infer<typeof ListConversations>;
export const ListConversationsOutcome = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    conversations: z.array(ConversationSummary).max(LIMITS.conversationPageMax),
    more: z.boolean(),
  }),
  SocketRefusal,
]);
export type ListConversationsOutcome = z.infer<typeof ListConversationsOutcome>;

/** One sealed envelope of kind 1 or 2. Conversation, message id, sender, device and chain are read from its header. */
export const SendMessage = z.strictObject({ envelope: EnvelopeBytes });
export type SendMessage = z.infer<typeof SendMessage>;
/** `ok` only after the message is durable. Refusals that matter: sequence-gap, message-id-taken, insufficient-credits, credits-unavailable. */
export const SendMessageOutcome = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    messageId: MessageId,
    seq: Seq.min(1),
    acceptedAtMs: TimeMs,
    /** Credits that the sender can still spend; null where the answer repeats an earlier one. */
    available: z.int().nullable(),
  }),
  SocketRefusal,
]);
export type SendMessageOutcome = z.infer<typeof SendMessageOutcome>;

export const StoredMessage = z.strictObject({
  seq: Seq.min(1),
  acceptedAtMs: TimeMs,
  envelope: EnvelopeBytes,
});
export type StoredMessage = z.infer<typeof StoredMessage>;

/**
 * A page of a conversation, by rising seq. `from: {afterSeq}` reads forward (gap fill), `from: {beforeSeq}` gives the newest page
 * below that position (history; Number.MAX_SAFE_INTEGER for the newest). The newest receipts of all devices come with every page.
 */
export const SyncConversation = z.strictObject({
  conversationId: ConversationId,
  from: z.union([z.strictObject({ afterSeq: Seq }), z.strictObject({ beforeSeq: Seq })]),
  limit: z.int().min(1).max(LIMITS.syncPageMax),
});
export type SyncConversation = z.infer<typeof SyncConversation>;
export const SyncConversationOutcome = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    messages: z.array(StoredMessage).max(LIMITS.syncPageMax),
    lastSeq: Seq,
    receipts: z.array(EnvelopeBytes).max(512),
    /**
     * Of a group, by rising position: messages that came while the caller was not in it, those after `after` up to and with `upTo`.
     * No page gives them, and they are not missing. Absent where there are none. The server's word: what a member's device sent while
     * the caller was in is held together by that device's own chain.
     */
    closed: z
      .array(z.strictObject({ after: Seq, upTo: Seq.min(1) }))
      .min(1)
      .max(LIMITS.closedSpansMax)
      .optional(),
  }),
  SocketRefusal,
]);
export type SyncConversationOutcome = z.infer<typeof SyncConversationOutcome>;

/** A sealed receipt (envelope of kind 6). The store keeps the one with the highest senderSeq for each (conversation, device). Free. */
export const DeliveredMessage = z.strictObject({ receipt: EnvelopeBytes });
export type DeliveredMessage = z.infer<typeof DeliveredMessage>;
export const DeliveredMessageOutcome = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true) }),
  SocketRefusal,
]);
export type DeliveredMessageOutcome = z.infer<typeof DeliveredMessageOutcome>;

/**
 * A sealed envelope of kind 7 (typing): not stored, free, relayed to the connected devices of the other members. Sender, device,
 * conversation and time are read from the header; older than LIMITS.signalLifetimeMs is refused (`signal-expired`).
 */
export const SendEphemeral = z.strictObject({ envelope: EnvelopeBytes });
export type SendEphemeral = z.infer<typeof SendEphemeral>;
export const DoneOutcome = z.discriminatedUnion('ok', [z.strictObject({ ok: z.literal(true) }), SocketRefusal]);
export type DoneOutcome = z.infer<typeof DoneOutcome>;
export const EphemeralArrived = SendEphemeral;
export type EphemeralArrived = z.infer<typeof EphemeralArrived>;

/** Whether the caller's presence is told to those that the caller has written to; kept by the server. Off: nobody is told, at once. */
export const SetPresence = z.strictObject({ visible: z.boolean() });
export type SetPresence = z.infer<typeof SetPresence>;
/** This socket wants to hear of these users, instead of those that it asked for before. Only who has written to the caller, and shows presence, answers. */
export const WatchPresence = z.strictObject({ userIds: z.array(UserId).max(LIMITS.presenceWatchMax) });
export type WatchPresence = z.infer<typeof WatchPresence>;
/** The server's word, not signed. `lastSeenAtMs`: to the minute, null while online. */
export const Presence = z.strictObject({ userId: UserId, online: z.boolean(), lastSeenAtMs: TimeMs.nullable() });
export type Presence = z.infer<typeof Presence>;
export const WatchPresenceOutcome = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), present: z.array(Presence).max(LIMITS.presenceWatchMax) }),
  SocketRefusal,
]);
export type WatchPresenceOutcome = z.infer<typeof WatchPresenceOutcome>;
/** `hidden`: the user no longer shows presence. */
export const PresenceChanged = z.union([Presence, z.strictObject({ userId: UserId, hidden: z.literal(true) })]);
export type PresenceChanged = z.infer<typeof PresenceChanged>;

/** Server to client: bundles, devices or revocations of somebody in a shared conversation (or of the caller) changed: look them up again. */
export const IdentityChanged = z.strictObject({ userId: UserId });
export type IdentityChanged = z.infer<typeof IdentityChanged>;

/** Server to client, once after connecting. */
export const SessionWelcome = z.strictObject({
  replicaId: z.string().max(100),
  serverTimeMs: TimeMs,
});
export type SessionWelcome = z.infer<typeof SessionWelcome>;

/** Server to client, just before the socket is cut. */
export const SessionEnded = z.strictObject({
  reason: z.enum(['token-expired', 'logged-out', 'revoked', 'banned', 'shutdown']),
});
export type SessionEnded = z.infer<typeof SessionEnded>;

/** Server to client: a message was stored. Its conversation is in the envelope's header. Sent to every device of every member, the sender's too. */
export const MessageArrived = StoredMessage;
export type MessageArrived = z.infer<typeof MessageArrived>;

/** Server to client: a receipt of some member's device. */
export const ReceiptArrived = z.strictObject({ receipt: EnvelopeBytes });
export type ReceiptArrived = z.infer<typeof ReceiptArrived>;

/** Server to client: a conversation with the caller in it was opened. */
export const ConversationOpened = z.strictObject({ conversation: ConversationSummary });
export type ConversationOpened = z.infer<typeof ConversationOpened>;

/** Server to client: the caller's credits moved (at most four times a second). */
export const CreditsChanged = z.strictObject({ available: z.int() });
export type CreditsChanged = z.infer<typeof CreditsChanged>;

export interface MessagingCommands {
  'conversation:open': (body: OpenConversation, ack: (outcome: OpenConversationOutcome) => void) => void;
  'conversation:list': (body: ListConversations, ack: (outcome: ListConversationsOutcome) => void) => void;
  'conversation:sync': (body: SyncConversation, ack: (outcome: SyncConversationOutcome) => void) => void;
  'message:send': (body: SendMessage, ack: (outcome: SendMessageOutcome) => void) => void;
  'message:delivered': (body: DeliveredMessage, ack: (outcome: DeliveredMessageOutcome) => void) => void;
  'ephemeral:send': (body: SendEphemeral, ack: (outcome: DoneOutcome) => void) => void;
  'presence:set': (body: SetPresence, ack: (outcome: DoneOutcome) => void) => void;
  'presence:watch': (body: WatchPresence, ack: (outcome: WatchPresenceOutcome) => void) => void;
  'group:append': (body: AppendToGroup, ack: (outcome: AppendToGroupOutcome) => void) => void;
  'group:rotate': (body: RotateGroup, ack: (outcome: DoneOutcome) => void) => void;
  'group:log': (body: ReadGroupLog, ack: (outcome: ReadGroupLogOutcome) => void) => void;
  'group:epoch': (body: ReadGroupEpoch, ack: (outcome: ReadGroupEpochOutcome) => void) => void;
}

export interface MessagingEvents {
  'session:welcome': (body: SessionWelcome) => void;
  'session:ended': (body: SessionEnded) => void;
  'message:arrived': (body: MessageArrived) => void;
  'receipt:arrived': (body: ReceiptArrived) => void;
  'conversation:opened': (body: ConversationOpened) => void;
  'credits:changed': (body: CreditsChanged) => void;
  'ephemeral:arrived': (body: EphemeralArrived) => void;
  'presence:changed': (body: PresenceChanged) => void;
  'identity:changed': (body: IdentityChanged) => void;
  'group:changed': (body: GroupChanged) => void;
  /** Something may have been missed (Redis was away): list and sync again. */
  'sync:hint': (body: Record<string, never>) => void;
}
