import { AskBudget } from '../src/directory/ask-budget.js';
import { mergePin, type PinRecord } from '../src/directory/pin-record.js';

const pin = (over: Partial<PinRecord> = {}): PinRecord => ({
  peerUserId: 'b0'.repeat(16),
  pin: 'aa'.repeat(32),
  firstSeenAtMs: 1,
  verifiedAtMs: null,
  method: 'none',
  highestBundleVer: 1,
  ...over,
});
const other = pin({ pin: 'bb'.repeat(32) });

describe('what is written over the pin that a vault holds', () => {
  it('is everything at first contact', () => {
    for (const because of ['first-use', 'advanced', 'accepted'] as const) {
      expect(mergePin(undefined, { because, pin: pin() })).toEqual(pin());
    }
  });

  it('[T-26] is nothing of other keys, unless a person has accepted them', () => {
    expect(mergePin(pin(), { because: 'first-use', pin: other })).toBeNull();
    expect(mergePin(pin(), { because: 'advanced', pin: other })).toBeNull();
    const before = { pin: pin().pin, replacedAtMs: 1, verifiedAtMs: null, method: 'none' };
    expect(mergePin(pin(), { because: 'accepted', pin: other })).toEqual({ ...other, earlier: [before] });
  });

  it('[T-30] is no decision about keys that are older than those of another decision', () => {
    expect(
      mergePin(pin({ highestBundleVer: 3 }), { because: 'accepted', pin: { ...other, highestBundleVer: 2 } }),
    ).toBeNull();
  });

  it('[T-30] never takes the bundle’s number down, and keeps what a person has verified', () => {
    const verified = pin({ verifiedAtMs: 5, method: 'compared', highestBundleVer: 3 });
    for (const because of ['first-use', 'advanced', 'accepted'] as const) {
      expect(mergePin(verified, { because, pin: pin({ highestBundleVer: 2 }) })).toBeNull();
      expect(mergePin(verified, { because, pin: pin({ highestBundleVer: 4 }) })).toEqual({
        ...verified,
        highestBundleVer: 4,
      });
    }
  });
});

describe('the budget of questions about a user', () => {
  it('allows a burst, then a few, and knows users apart', () => {
    let nowMs = 0;
    const budget = new AskBudget(() => nowMs);
    expect(Array.from({ length: 12 }, () => budget.take('bob')).filter(Boolean)).toHaveLength(10);
    expect(budget.take('carol')).toBe(true);
    nowMs += 6_000;
    expect([budget.take('bob'), budget.take('bob')]).toEqual([true, false]);
    nowMs += 3_600_000;
    expect(Array.from({ length: 12 }, () => budget.take('bob')).filter(Boolean)).toHaveLength(10);
  });
});
