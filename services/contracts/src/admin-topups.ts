import * as z from 'zod';
import { Username } from './ids.js';
import { TopupId, TOPUPS_PAGE_MAX, TopupsPageAnswer, TopupState } from './topups.js';

// Routes of operators, below /api/admin; decisions are answered as in topups.ts (DecideTopupsAnswer):
//   GET topups   POST topups/decisions

export const TopupsQuery = z.strictObject({
  state: TopupState.default('requested'),
  page: z.coerce.number().int().min(0).max(100_000).default(0),
  pageSize: z.coerce.number().int().min(1).max(TOPUPS_PAGE_MAX).default(50),
});
export type TopupsQuery = z.infer<typeof TopupsQuery>;

/** The oldest first. */
export const TopupsQueueAnswer = z.strictObject({
  topups: z
    .array(
      z.strictObject({
        ...TopupsPageAnswer.shape.topups.element.shape,
        /** Who asks, and who decided; null while auth does not answer, and for accounts that are gone. */
        username: Username.nullable(),
        decidedByName: Username.nullable(),
      }),
    )
    .max(TOPUPS_PAGE_MAX),
  total: z.int().min(0),
});
export type TopupsQueueAnswer = z.infer<typeof TopupsQueueAnswer>;

/** `reason` is read by the people who asked. */
export const TopupDecisions = z.strictObject({
  move: z.enum(['approve', 'reject']),
  topupIds: z.array(TopupId).min(1).max(TOPUPS_PAGE_MAX),
  reason: z.string().min(1).max(500),
});
export type TopupDecisions = z.infer<typeof TopupDecisions>;
