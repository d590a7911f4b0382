import * as z from 'zod';
import { TopupId, TOPUPS_PAGE_MAX, TopupState } from './topups.js';

// Routes of operators, below /api/admin; answers are those of topups.ts (TopupsPageAnswer, DecideTopupsAnswer):
//   GET topups   POST topups/decisions

export const TopupsQuery = z.strictObject({
  state: TopupState.default('requested'),
  page: z.coerce.number().int().min(0).max(100_000).default(0),
  pageSize: z.coerce.number().int().min(1).max(TOPUPS_PAGE_MAX).default(50),
});
export type TopupsQuery = z.infer<typeof TopupsQuery>;

/** `reason` is read by the people who asked. */
export const TopupDecisions = z.strictObject({
  move: z.enum(['approve', 'reject']),
  topupIds: z.array(TopupId).min(1).max(TOPUPS_PAGE_MAX),
  reason: z.string().min(1).max(500),
});
export type TopupDecisions = z.infer<typeof TopupDecisions>;
