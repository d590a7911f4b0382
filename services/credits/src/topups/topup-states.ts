import type { TopupState } from '@secureconnect/contracts/topups';

/** Every move a request can make. What was decided, or taken back, stays. */
export const TOPUP_MOVES: Readonly<Record<TopupState, readonly TopupState[]>> = {
  requested: ['approved', 'rejected', 'withdrawn'],
  approved: [],
  rejected: [],
  withdrawn: [],
};

export function mayMove(from: TopupState, to: TopupState): boolean {
  return TOPUP_MOVES[from].includes(to);
}
