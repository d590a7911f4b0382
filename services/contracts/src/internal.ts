import * as z from 'zod';
import { AdjustAnswer, AdjustRequest } from './admin-acts.js';
import { BundleText, ResetCode } from './auth.js';
import { Priced } from './credits.js';
import {
  AllowanceId,
  CallId,
  ConversationId,
  DeviceId,
  MessageId,
  Role,
  Seq,
  SessionId,
  TimeMs,
  UserId,
  Username,
} from './ids.js';
import { LIMITS } from './limits.js';
import { Ban } from './problem.js';

// What services ask of one another on their internal ports, with `authorization: Service <caller>:<token>`.

const batch = <T extends z.ZodType>(entry: T) => z.array(entry).min(1).max(LIMITS.internalBatchMax);

// auth: POST /internal/users/lookup
export const UsersLookup = z.strictObject({ userIds: batch(UserId) });
export type UsersLookup = z.infer<typeof UsersLookup>;
export const UsersLookupAnswer = z.strictObject({
  users: z
    .array(z.strictObject({ userId: UserId, username: Username, role: Role, banned: z.boolean() }))
    .max(LIMITS.internalBatchMax),
});
export type UsersLookupAnswer = z.infer<typeof UsersLookupAnswer>;

// auth: POST /internal/users/bundles — asked by messaging-gateway, to check what is signed for a group's log. A bundle never changes.
const BundleName = z.strictObject({ userId: UserId, bundleVer: z.int().min(1).max(0xffff_ffff) });
/** The actor of a page of entries, and whom each of them adds. */
const BUNDLES_MAX = LIMITS.groupEntriesPageMax + 1;
export const BundlesLookup = z.strictObject({ wanted: z.array(BundleName).min(1).max(BUNDLES_MAX) });
export type BundlesLookup = z.infer<typeof BundlesLookup>;
export const BundlesLookupAnswer = z.strictObject({
  /** Those that there are. */
  bundles: z.array(z.strictObject({ ...BundleName.shape, bundle: BundleText })).max(BUNDLES_MAX),
});
export type BundlesLookupAnswer = z.infer<typeof BundlesLookupAnswer>;

// auth: POST /internal/users/page (same fields as admin's UsersQuery)
export const UsersPage = z.strictObject({
  search: z.string().max(100),
  sort: z.enum(['username', 'joined']),
  order: z.enum(['asc', 'desc']),
  page: z.int().min(0).max(100_000),
  pageSize: z.int().min(1).max(LIMITS.usersPageMax),
});
export type UsersPage = z.infer<typeof UsersPage>;
export const UsersPageAnswer = z.strictObject({
  users: z
    .array(
      z.strictObject({
        userId: UserId,
        username: Username,
        email: z.string().max(LIMITS.emailMaxLength).nullable(),
        role: Role,
        joinedAtMs: TimeMs,
        ban: Ban.nullable(),
      }),
    )
    .max(LIMITS.usersPageMax),
  total: z.int().min(0),
});
export type UsersPageAnswer = z.infer<typeof UsersPageAnswer>;

// auth: POST /internal/users/ban — closes an account and ends its sessions; again: with these words and this end
export const BanUser = z.strictObject({ userId: UserId, ...Ban.shape });
export type BanUser = z.infer<typeof BanUser>;

// auth: POST /internal/users/unban
export const UnbanUser = z.strictObject({ userId: UserId });
export type UnbanUser = z.infer<typeof UnbanUser>;

// auth: POST /internal/users/delete — for ever; `invalid-request` when the name is not the account's. Again: `not-found`
export const DeleteUser = z.strictObject({ userId: UserId, username: Username });
export type DeleteUser = z.infer<typeof DeleteUser>;

// auth: POST /internal/users/role
export const SetRole = z.strictObject({ userId: UserId, role: Role });
export type SetRole = z.infer<typeof SetRole>;

// auth: POST /internal/sessions/check — whether sessions still stand (asked at a socket handshake; cached for seconds)
export const SessionsCheck = z.strictObject({ sessionIds: batch(SessionId) });
export type SessionsCheck = z.infer<typeof SessionsCheck>;
export const SessionsCheckAnswer = z.strictObject({ standing: z.array(SessionId).max(LIMITS.internalBatchMax) });
export type SessionsCheckAnswer = z.infer<typeof SessionsCheckAnswer>;

/**
 * Redis hint published on channel `session:ended` (JSON) by auth when a session ends, so that replicas cut its sockets.
 * A lost hint costs only time: tokens live 10 minutes.
 */
export const SESSION_ENDED_CHANNEL = 'session:ended';
export const SessionEndedHint = z.strictObject({
  userId: UserId,
  sessionId: SessionId.nullable(),
  deviceId: DeviceId.nullable(),
  reason: z.enum(['logged-out', 'revoked', 'banned']),
});
export type SessionEndedHint = z.infer<typeof SessionEndedHint>;

/**
 * Redis hint published on channel `identity:changed` (JSON) by auth when a user's bundle, devices or revocations change, so that
 * replicas tell the devices of everybody who shares a conversation with that user.
 */
export const IDENTITY_CHANGED_CHANNEL = 'identity:changed';
export const IdentityChangedHint = z.strictObject({ userId: UserId });
export type IdentityChangedHint = z.infer<typeof IdentityChangedHint>;

/**
 * Redis hint published on channel `balance:changed` (JSON) by credits when an operator has decided something about a user's credits,
 * so that replicas tell that user's devices. What a message or a call costs is told by who charges it.
 */
export const BALANCE_CHANGED_CHANNEL = 'balance:changed';
export const BalanceChangedHint = z.strictObject({ userId: UserId, available: z.int() });
export type BalanceChangedHint = z.infer<typeof BalanceChangedHint>;

/**
 * Redis hint published on channel `members:changed` (JSON) by messaging-gateway when a group's members change, so that others forget
 * whom they remember in it.
 */
export const MEMBERS_CHANGED_CHANNEL = 'members:changed';
export const MembersChangedHint = z.strictObject({ conversationId: ConversationId });
export type MembersChangedHint = z.infer<typeof MembersChangedHint>;

// auth: POST /internal/users/reset-code — asked by admin; a code replaces the one before it
export const MakeResetCode = z.strictObject({ userId: UserId, byUserId: UserId });
export type MakeResetCode = z.infer<typeof MakeResetCode>;
export const MakeResetCodeAnswer = z.strictObject({
  code: ResetCode,
  expiresAtMs: TimeMs,
});
export type MakeResetCodeAnswer = z.infer<typeof MakeResetCodeAnswer>;

// credits: POST /internal/accounts — opens accounts with OPENING_CREDITS; repeating it changes nothing
export const OpenAccounts = z.strictObject({ userIds: batch(UserId) });
export type OpenAccounts = z.infer<typeof OpenAccounts>;

// credits: POST /internal/balances
export const BalancesLookup = z.strictObject({ userIds: batch(UserId) });
export type BalancesLookup = z.infer<typeof BalancesLookup>;
export const BalancesAnswer = z.strictObject({
  balances: z.array(z.strictObject({ userId: UserId, available: z.int(), held: z.int() })).max(LIMITS.internalBatchMax),
});
export type BalancesAnswer = z.infer<typeof BalancesAnswer>;

/** credits: POST /internal/adjustments — asked by admin. `changed`: whether this request made it so. */
export const AdjustCredits = z.strictObject({ ...AdjustRequest.shape, userId: UserId, byUserId: UserId });
export type AdjustCredits = z.infer<typeof AdjustCredits>;
export const AdjustCreditsAnswer = z.strictObject({ ...AdjustAnswer.shape, changed: z.boolean() });
export type AdjustCreditsAnswer = z.infer<typeof AdjustCreditsAnswer>;

/** What a charge is for; the key (a message id, a call id) is unique within it. */
export const ChargeKind = Priced;
export type ChargeKind = Priced;
export const ChargeKey = MessageId;

/**
 * credits: POST /internal/holds. One transaction for the batch; entries answer one by one, in the order asked. The key is the
 * idempotency key: an existing hold or capture of the same account answers like the first time, and stays at its amount (a hold with
 * a new lifetime); a released one is held anew. `expiresInMs`: the caller may commit the thing it charges for within the first half of
 * it, counted from when it sent the request, and not after; past all of it the sweeper asks the owner.
 */
export const PlaceHolds = z.strictObject({
  holds: batch(
    z.strictObject({ kind: ChargeKind, key: ChargeKey, userId: UserId, amount: z.int().min(0).max(1_000_000) }),
  ),
});
export type PlaceHolds = z.infer<typeof PlaceHolds>;
export const HoldOutcome = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('held'), key: ChargeKey, available: z.int(), expiresInMs: z.int() }),
  z.strictObject({ outcome: z.literal('captured'), key: ChargeKey, available: z.int() }),
  /** With `available` at or above the amount: the credits are there, but set aside for senders on other replicas (allowances). */
  z.strictObject({ outcome: z.literal('insufficient'), key: ChargeKey, available: z.int() }),
  /** The key is held by another account or for another amount. */
  z.strictObject({ outcome: z.literal('conflict'), key: ChargeKey }),
]);
export type HoldOutcome = z.infer<typeof HoldOutcome>;
export const PlaceHoldsAnswer = z.strictObject({ results: z.array(HoldOutcome).max(LIMITS.internalBatchMax) });
export type PlaceHoldsAnswer = z.infer<typeof PlaceHoldsAnswer>;

/**
 * credits: POST /internal/settlements. Capture is final. Capturing what was released debits anew (the thing exists, so it is
 * paid, even below zero); releasing what was captured changes nothing and answers `captured`. Releasing a hold that was asked for
 * more than once answers `held`: another request may count on it, so it is left to the sweeper.
 */
export const SettleHolds = z.strictObject({
  settlements: batch(
    z.strictObject({
      kind: ChargeKind,
      key: ChargeKey,
      userId: UserId,
      amount: z.int().min(0).max(1_000_000),
      move: z.enum(['capture', 'release']),
    }),
  ),
});
export type SettleHolds = z.infer<typeof SettleHolds>;
export const SettleHoldsAnswer = z.strictObject({
  results: z
    .array(z.strictObject({ key: ChargeKey, state: z.enum(['captured', 'released', 'held']) }))
    .max(LIMITS.internalBatchMax),
});
export type SettleHoldsAnswer = z.infer<typeof SettleHoldsAnswer>;

/**
 * credits: POST /internal/allowances. Sets credits of a user aside for one process of the caller, which may charge things to them
 * without asking before each (.github/adr/0012). A user is granted an eighth of what can still be spent, at most; less than one
 * credit is `refused`. Things may be committed on it within the first half of `expiresInMs`, counted from when the request was sent;
 * past all of it the caller is asked for captures on their way, and the rest comes back. Asking again under the same id answers with
 * what is left, and begins no new lifetime. `available`: what the user sees, allowances that are not spent included.
 */
export const GrantAllowances = z.strictObject({
  allowances: batch(
    z.strictObject({ allowanceId: AllowanceId, userId: UserId, amount: z.int().min(1).max(1_000_000) }),
  ),
});
export type GrantAllowances = z.infer<typeof GrantAllowances>;
export const AllowanceOutcome = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('granted'),
    allowanceId: AllowanceId,
    amount: z.int(),
    available: z.int(),
    expiresInMs: z.int(),
  }),
  z.strictObject({ outcome: z.literal('refused'), allowanceId: AllowanceId, available: z.int() }),
]);
export type AllowanceOutcome = z.infer<typeof AllowanceOutcome>;
export const GrantAllowancesAnswer = z.strictObject({
  results: z.array(AllowanceOutcome).max(LIMITS.internalBatchMax),
});
export type GrantAllowancesAnswer = z.infer<typeof GrantAllowancesAnswer>;

/** What users see after a batch; each of its users once. */
export const AvailableAnswer = z.strictObject({
  balances: z.array(z.strictObject({ userId: UserId, available: z.int() })).max(LIMITS.internalBatchMax),
});
export type AvailableAnswer = z.infer<typeof AvailableAnswer>;

/**
 * credits: POST /internal/allowances/close. Gives back what was not captured; an unknown id changes nothing. The caller closes when
 * everything that it committed on the allowance is captured: what is captured later is debited anew.
 */
export const CloseAllowances = z.strictObject({
  allowances: batch(z.strictObject({ allowanceId: AllowanceId, userId: UserId })),
});
export type CloseAllowances = z.infer<typeof CloseAllowances>;

/**
 * credits: POST /internal/captures. The things exist, so they are paid: from the hold of their key, else from the allowance, else
 * anew, even below zero. Safe to repeat: what is captured stays as it is.
 */
export const CaptureCharges = z.strictObject({
  charges: batch(
    z.strictObject({
      kind: ChargeKind,
      key: ChargeKey,
      userId: UserId,
      amount: z.int().min(0).max(1_000_000),
      allowanceId: AllowanceId.nullable(),
    }),
  ),
});
export type CaptureCharges = z.infer<typeof CaptureCharges>;

// messaging-gateway: POST /internal/allowances/unsettled — asked by credits' sweeper about allowances past their expiry: those with
// things that are committed and whose capture is still on its way
export const UnsettledAllowances = z.strictObject({ allowanceIds: batch(AllowanceId) });
export type UnsettledAllowances = z.infer<typeof UnsettledAllowances>;
export const UnsettledAllowancesAnswer = z.strictObject({
  unsettled: z.array(AllowanceId).max(LIMITS.internalBatchMax),
});
export type UnsettledAllowancesAnswer = z.infer<typeof UnsettledAllowancesAnswer>;

// messaging-gateway: POST /internal/messages/exist — asked by credits' sweeper about holds past their expiry
export const MessagesExist = z.strictObject({ messageIds: batch(MessageId) });
export type MessagesExist = z.infer<typeof MessagesExist>;
export const MessagesExistAnswer = z.strictObject({ existing: z.array(MessageId).max(LIMITS.internalBatchMax) });
export type MessagesExistAnswer = z.infer<typeof MessagesExistAnswer>;

// messaging-gateway: POST /internal/conversations/members — asked by signaling
export const ConversationMembers = z.strictObject({ conversationId: ConversationId });
export type ConversationMembers = z.infer<typeof ConversationMembers>;
export const ConversationMembersAnswer = z.strictObject({ members: z.array(UserId).max(256) });
export type ConversationMembersAnswer = z.infer<typeof ConversationMembersAnswer>;

// signaling: POST /internal/calls/exist — asked by credits' sweeper about holds past their expiry: those that connected, so that they are paid
export const CallsExist = z.strictObject({ callIds: batch(CallId) });
export type CallsExist = z.infer<typeof CallsExist>;
export const CallsExistAnswer = z.strictObject({ existing: z.array(CallId).max(LIMITS.internalBatchMax) });
export type CallsExistAnswer = z.infer<typeof CallsExistAnswer>;

/** What became of a signal. `unreached`: no device of its addressee was connected. */
export const RelayOutcome = z.enum(['reached', 'unreached', 'refused']);
export type RelayOutcome = z.infer<typeof RelayOutcome>;
/** Hours in one answer: 31 days. */
export const RELAY_HOURS_MAX = 744;
// signaling: POST /internal/relays/hours — how much was relayed in the hours from `fromMs` on; counts, and nobody's id; asked by admin
export const RelayHours = z.strictObject({ fromMs: TimeMs, hours: z.int().min(1).max(RELAY_HOURS_MAX) });
export type RelayHours = z.infer<typeof RelayHours>;
export const RelayHoursAnswer = z.strictObject({
  /** By rising hour; an hour and outcome without signals is left out. */
  hours: z
    .array(z.strictObject({ hourAtMs: TimeMs, outcome: RelayOutcome, signals: z.int().min(1), bytes: z.int().min(0) }))
    .max(RELAY_HOURS_MAX * 3),
});
export type RelayHoursAnswer = z.infer<typeof RelayHoursAnswer>;

// admin: GET /internal/bootstrap-state — asked by the launcher
export const BootstrapState = z.strictObject({ claimed: z.boolean() });
export type BootstrapState = z.infer<typeof BootstrapState>;

// every service: GET /health/live, /health/ready
export const HealthAnswer = z.strictObject({
  status: z.enum(['ok', 'unavailable']),
  checks: z.record(z.string().max(50), z.enum(['ok', 'degraded', 'down'])),
  replicaId: z.string().max(100),
  startedAtMs: TimeMs,
  seq: Seq.optional(),
});
export type HealthAnswer = z.infer<typeof HealthAnswer>;
