import { LIMITS } from '@secureconnect/contracts/limits';
import { isStale } from '../../src/calls/description-order.js';
import { SeenSignals } from '../../src/calls/seen-signals.js';

const NOW = 1_800_000_000_000;

describe('the signals that were believed', () => {
  it('[T-86] are not new a second time, and those of others and of other numbers are', () => {
    const seen = new SeenSignals();
    const told = ['phone 1', 'phone 1', 'phone 2', 'laptop 1', 'phone 1'].map((name) => seen.isNew(name, NOW, NOW));
    expect(told).toEqual([true, false, true, true, false]);
  });

  it('[T-86] are remembered as long as any clock would let them pass', () => {
    const seen = new SeenSignals();
    const ahead = NOW + LIMITS.signalLifetimeMs;
    expect(seen.isNew('phone 1', ahead, NOW)).toBe(true);
    expect(seen.isNew('phone 1', ahead, ahead + LIMITS.signalLifetimeMs)).toBe(false);
  });

  it('are forgotten when they would be refused for their age', () => {
    const seen = new SeenSignals();
    expect(seen.isNew('phone 1', NOW, NOW)).toBe(true);
    expect(seen.isNew('phone 1', NOW, NOW + 2 * LIMITS.signalLifetimeMs)).toBe(true);
  });
});

describe('a description', () => {
  it.each([
    { n: 1, taken: 0, stale: false },
    { n: 7, taken: 3, stale: false },
    { n: 3, taken: 3, stale: true },
    { n: 2, taken: 3, stale: true },
  ])('[T-93] of number $n after number $taken: stale is $stale', ({ n, taken, stale }) => {
    expect(isStale({ n }, taken)).toBe(stale);
  });
});
