import * as z from 'zod';
import { TimeMs, UserId, Username } from './ids.js';

// Routes of operators, below /api/admin:
//   GET operators   POST operators/:userId/appoint   POST operators/:userId/dismiss

/** Operators at the same time. */
export const OPERATORS_MAX = 50;

const Reason = z.string().min(1).max(500);

/** GET operators: all of them, the oldest first. */
export const OperatorsAnswer = z.strictObject({
  operators: z
    .array(
      z.strictObject({
        userId: UserId,
        /** null while auth does not answer, and for accounts that are gone. */
        username: Username.nullable(),
        sinceMs: TimeMs,
        /** Who appointed them; themselves for the first one, null where the audit log does not say. */
        appointedBy: UserId.nullable(),
        appointedByName: Username.nullable(),
      }),
    )
    .max(OPERATORS_MAX),
});
export type OperatorsAnswer = z.infer<typeof OperatorsAnswer>;

/** POST operators/:userId/appoint. The person reads the reason. */
export const AppointRequest = z.strictObject({ reason: Reason });
export type AppointRequest = z.infer<typeof AppointRequest>;

/** `unchanged`: was one already; `closed`: the account is; `too-many`: there are OPERATORS_MAX. Nothing is done then. */
export const AppointAnswer = z.strictObject({ outcome: z.enum(['done', 'unchanged', 'closed', 'too-many']) });
export type AppointAnswer = z.infer<typeof AppointAnswer>;

/** POST operators/:userId/dismiss: takes the role, not the account. The person reads the reason. */
export const DismissRequest = z.strictObject({
  reason: Reason,
  /** That the role is one's own; `invalid-request` when it is not, and when it is and this does not say so. */
  own: z.boolean().default(false),
});
export type DismissRequest = z.infer<typeof DismissRequest>;

/** `unchanged`: was none already; `last`: nobody else who can log in would be left. Nothing is done then. */
export const DismissAnswer = z.strictObject({ outcome: z.enum(['done', 'unchanged', 'last']) });
export type DismissAnswer = z.infer<typeof DismissAnswer>;
