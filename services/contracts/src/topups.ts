import * as z from 'zod';
import { TimeMs, UserId } from './ids.js';
import { LIMITS } from './limits.js';

// Routes of a user, below /api/credits:
//   POST topups   GET topups   POST topups/:topupId/withdraw
// and of admin, on the internal port:
//   POST /internal/topups/page   POST /internal/topups/decisions   POST /internal/topups/lookup

/** Made by the client: asking twice under one id is asking once. */
export const TopupId = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .brand<'TopupId'>();
export type TopupId = z.infer<typeof TopupId>;

export const TOPUP_AMOUNT_MAX = 100_000;
/** Requests of one user that nobody has decided. */
export const OPEN_TOPUPS_MAX = 5;
/** Requests in one answer. */
export const TOPUPS_PAGE_MAX = 100;

export const TopupState = z.enum(['requested', 'approved', 'rejected', 'withdrawn']);
export type TopupState = z.infer<typeof TopupState>;

const Words = z.string().max(500);

/** POST topups. `reference`: how the operator finds the payment. */
export const RequestTopup = z.strictObject({
  topupId: TopupId,
  amount: z.int().min(1).max(TOPUP_AMOUNT_MAX),
  reference: z.string().min(1).max(100),
  note: Words,
});
export type RequestTopup = z.infer<typeof RequestTopup>;

export const Topup = z.strictObject({
  ...RequestTopup.shape,
  state: TopupState,
  requestedAtMs: TimeMs,
  /** null while nobody has decided or withdrawn it. */
  endedAtMs: TimeMs.nullable(),
  /** The operator's words to the decision. */
  reason: Words.nullable(),
});
export type Topup = z.infer<typeof Topup>;

export const RequestTopupAnswer = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('known'), topup: Topup }),
  /** {@link OPEN_TOPUPS_MAX} are open already. */
  z.strictObject({ outcome: z.literal('too-many') }),
  /** Another request has this id. */
  z.strictObject({ outcome: z.literal('conflict') }),
]);
export type RequestTopupAnswer = z.infer<typeof RequestTopupAnswer>;

/** The caller's newest. */
export const TopupsAnswer = z.strictObject({ topups: z.array(Topup).max(TOPUPS_PAGE_MAX) });
export type TopupsAnswer = z.infer<typeof TopupsAnswer>;

export const TopupsPage = z.strictObject({
  state: TopupState,
  page: z.int().min(0).max(100_000),
  pageSize: z.int().min(1).max(TOPUPS_PAGE_MAX),
});
export type TopupsPage = z.infer<typeof TopupsPage>;

/** The oldest first. */
export const TopupsPageAnswer = z.strictObject({
  topups: z
    .array(z.strictObject({ ...Topup.shape, userId: UserId, decidedBy: UserId.nullable() }))
    .max(TOPUPS_PAGE_MAX),
  total: z.int().min(0),
});
export type TopupsPageAnswer = z.infer<typeof TopupsPageAnswer>;

/** Who asked, and for how much; an unknown id is left out. */
export const TopupsLookup = z.strictObject({ topupIds: z.array(TopupId).min(1).max(LIMITS.internalBatchMax) });
export type TopupsLookup = z.infer<typeof TopupsLookup>;
export const TopupsLookupAnswer = z.strictObject({
  topups: z
    .array(z.strictObject({ topupId: TopupId, userId: UserId, amount: z.int().min(1) }))
    .max(LIMITS.internalBatchMax),
});
export type TopupsLookupAnswer = z.infer<typeof TopupsLookupAnswer>;

/** One transaction for the batch; entries answer one by one, in the order asked. */
export const DecideTopups = z.strictObject({
  decisions: z
    .array(
      z.strictObject({ topupId: TopupId, move: z.enum(['approve', 'reject']), byUserId: UserId, reason: Words.min(1) }),
    )
    .min(1)
    .max(LIMITS.internalBatchMax),
});
export type DecideTopups = z.infer<typeof DecideTopups>;

/** Where each request stands now. Of two operators one decides; the other is told what was decided, and by whom. */
export const DecideTopupsAnswer = z.strictObject({
  results: z
    .array(
      z.strictObject({
        topupId: TopupId,
        /** null: there is no such request. */
        state: TopupState.nullable(),
        decidedBy: UserId.nullable(),
        /** Whether this decision made it so. */
        changed: z.boolean(),
      }),
    )
    .max(LIMITS.internalBatchMax),
});
export type DecideTopupsAnswer = z.infer<typeof DecideTopupsAnswer>;
