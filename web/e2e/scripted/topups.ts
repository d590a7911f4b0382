import type { UserId, Username } from '@secureconnect/contracts/ids';
import type { TopupId } from '@secureconnect/contracts/topups';

import { idOf, type ScriptedTopup, SELF } from './world';

const DAY_MS = 86_400_000;
const MARCH = Date.UTC(2026, 2, 3, 10);

const topup = (index: number, changes: Partial<ScriptedTopup>): ScriptedTopup => ({
  topupId: idOf('topup', index) as TopupId,
  userId: SELF.userId,
  username: SELF.username as Username,
  amount: 200,
  reference: `transfer ${index.toString()}`,
  note: '',
  state: 'requested',
  requestedAtMs: MARCH + index * DAY_MS,
  endedAtMs: null,
  reason: null,
  decidedBy: null,
  decidedByName: null,
  ...changes,
});

/** What alice has asked for, in all states. */
export const ownTopups = (): ScriptedTopup[] => [
  topup(1, { state: 'withdrawn', amount: 50, endedAtMs: MARCH }),
  topup(2, {
    state: 'rejected',
    amount: 100_000,
    reference: 'a very long reference that somebody copied from a bank statement: DE02120300000000202051 / 2026-03',
    reason: 'There is no such transfer. Write to the office if you think there is.',
    endedAtMs: MARCH,
  }),
  topup(3, { state: 'approved', amount: 500, reason: 'Payment received', endedAtMs: MARCH }),
  topup(4, { amount: 250, reference: 'receipt 77', note: 'for March and April' }),
];

/** What waits for an admin, and what was decided. */
export const queue = (): ScriptedTopup[] => [
  ...['mara', 'noor', 'constantin-alexandrescu.1987-xyz', 'sam-b'].map((name, index) =>
    topup(10 + index, {
      userId: idOf('asker', index) as UserId,
      username: name as Username,
      amount: [100, 1, 100_000, 500][index]!,
      note: index === 2 ? 'For the whole choir; the treasurer has sent it in one transfer, as every year.' : '',
    }),
  ),
  topup(20, { userId: idOf('asker', 9) as UserId, username: null, amount: 30 }),
  topup(21, {
    userId: idOf('asker', 3) as UserId,
    username: 'yuki' as Username,
    state: 'approved',
    reason: 'Payment received',
    decidedBy: idOf('asker', 7) as UserId,
    decidedByName: 'teodor.k' as Username,
    endedAtMs: MARCH,
  }),
];
