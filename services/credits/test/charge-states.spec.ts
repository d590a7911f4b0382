import {
  assertMove,
  CHARGE_MOVES,
  IllegalMove,
  type ChargeOrigin,
  type ChargeState,
} from '@secureconnect/credits/ledger/charge-states';

const STATES: readonly ChargeState[] = ['held', 'captured', 'released'];
const ORIGINS: readonly ChargeOrigin[] = ['none', ...STATES];

describe('the moves of a charge', () => {
  it.each<[ChargeOrigin, ChargeState]>([
    ['none', 'held'],
    ['none', 'captured'],
    ['held', 'captured'],
    ['held', 'released'],
    ['released', 'held'],
    ['released', 'captured'],
  ])('lead from %s to %s', (from, to) => {
    expect(() => assertMove(from, to)).not.toThrow();
  });

  it('lead nowhere else', () => {
    const illegal = ORIGINS.flatMap((from) => STATES.map((to) => [from, to] as const)).filter(
      ([from, to]) => !CHARGE_MOVES[from].includes(to),
    );
    expect(illegal).toHaveLength(6);
    for (const [from, to] of illegal) expect(() => assertMove(from, to)).toThrow(IllegalMove);
  });

  it('never lead out of captured: what is spent is spent', () => {
    expect(CHARGE_MOVES.captured).toEqual([]);
  });
});
