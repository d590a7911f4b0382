/** Where a charge stands. `held`: reserved, not spent. `captured`: spent, for good. `released`: given back. */
export type ChargeState = 'held' | 'captured' | 'released';
/** Before anybody asked for it. */
export type ChargeOrigin = ChargeState | 'none';

/**
 * Every move a charge can make. A released one may be held anew (a message that is sent again), and is captured when its owner
 * says that the thing exists after all. What is captured stays: nothing is charged twice, and nothing is given back silently.
 */
export const CHARGE_MOVES: Readonly<Record<ChargeOrigin, readonly ChargeState[]>> = {
  none: ['held', 'captured'],
  held: ['captured', 'released'],
  released: ['held', 'captured'],
  captured: [],
};

/** A move that the table does not have: a bug in the caller, not a refusal. */
export class IllegalMove extends Error {
  override readonly name = 'IllegalMove';

  constructor(from: ChargeOrigin, to: ChargeState) {
    super(`a charge that is ${from} cannot become ${to}`);
  }
}

/** @throws IllegalMove unless {@link CHARGE_MOVES} has it */
export function assertMove(from: ChargeOrigin, to: ChargeState): void {
  if (!CHARGE_MOVES[from].includes(to)) throw new IllegalMove(from, to);
}
