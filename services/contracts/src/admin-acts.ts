import * as z from 'zod';
import { Username } from './ids.js';

// Routes of operators, below /api/admin:
//   POST users/:userId/adjust   POST users/:userId/delete (answered as in admin.ts: Done)

const Reason = z.string().min(1).max(500);

/** Made by the client, for a deed that must not be done twice: asking twice under one id is asking once. */
export const DeedId = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .brand<'DeedId'>();
export type DeedId = z.infer<typeof DeedId>;

export const ADJUSTMENT_MAX = 1_000_000;
/** Credits that are given, or below zero taken. */
export const AdjustmentAmount = z
  .int()
  .min(-ADJUSTMENT_MAX)
  .max(ADJUSTMENT_MAX)
  .refine((amount) => amount !== 0, 'nothing to adjust');

/** POST users/:userId/adjust. The user reads the reason. */
export const AdjustRequest = z.strictObject({ deedId: DeedId, amount: AdjustmentAmount, reason: Reason });
export type AdjustRequest = z.infer<typeof AdjustRequest>;

/** `insufficient`: the user cannot spend as much as was to be taken, and nothing was; `conflict`: another deed has this id. */
export const AdjustAnswer = z.strictObject({
  outcome: z.enum(['done', 'insufficient', 'conflict']),
  /** What the user can spend now. */
  available: z.int(),
});
export type AdjustAnswer = z.infer<typeof AdjustAnswer>;

/**
 * POST users/:userId/delete: for ever. Credentials, sessions and vault are gone, the name is never given to anybody again; what others
 * have of the user's messages stays theirs.
 */
export const DeleteRequest = z.strictObject({
  /** Typed by the operator; `invalid-request` when it is not the name of the account. */
  username: Username,
  reason: Reason,
});
export type DeleteRequest = z.infer<typeof DeleteRequest>;
