import { priceOf, type PriceEntry, type Priced } from '@secureconnect/contracts/credits';
import type { PriceStep } from '@secureconnect/platform/config/price-setting';
import { decisionsFor, scheduleOf } from '@secureconnect/credits/pricing/price-schedule';

const entry = (amount: number, fromMs: number, kind: Priced = 'message'): PriceEntry => ({ kind, amount, fromMs });
const step = (amount: number, fromMs = 0): PriceStep => ({ amount, fromMs });

/** A list that is brought in line with settings, one after the other. */
class List {
  readonly decided: PriceEntry[] = [];

  set(nowMs: number, ...setting: PriceStep[]): PriceEntry[] {
    const decisions = decisionsFor(scheduleOf(this.decided), 'message', setting, nowMs);
    for (const { fromMs } of decisions) expect(fromMs).toBeGreaterThanOrEqual(nowMs);
    this.decided.push(...decisions);
    return scheduleOf(this.decided);
  }
}

describe('a list of prices', () => {
  it('begins with what holds when it is first made, and says nothing about before', () => {
    const entries = new List().set(1_000, step(1));
    expect(entries).toEqual([entry(1, 1_000)]);
    expect([priceOf(entries, 'message', 999), priceOf(entries, 'message', 1_000)]).toEqual([null, 1]);
    expect(priceOf(entries, 'call', 1_000)).toBeNull();
  });

  it('is not written to again by the same setting', () => {
    const list = new List();
    list.set(1_000, step(1), step(2, 5_000));
    for (const nowMs of [2_000, 4_999, 5_000, 9_000]) list.set(nowMs, step(1), step(2, 5_000));
    list.set(9_000, step(2));
    expect(list.decided).toHaveLength(2);
  });

  it('keeps what held, and dates what holds from now on', () => {
    const list = new List();
    list.set(1_000, step(1));
    expect(list.set(2_000, step(3))).toEqual([entry(1, 1_000), entry(3, 2_000)]);
    expect(list.set(3_000, step(1))).toEqual([entry(1, 1_000), entry(3, 2_000), entry(1, 3_000)]);
  });

  it('announces, takes back and puts off', () => {
    const list = new List();
    expect(list.set(1_000, step(1), step(2, 5_000))).toEqual([entry(1, 1_000), entry(2, 5_000)]);
    expect(list.set(2_000, step(1))).toEqual([entry(1, 1_000)]);
    expect(list.set(3_000, step(1), step(2, 8_000))).toEqual([entry(1, 1_000), entry(2, 8_000)]);
    expect(list.set(4_000, step(1), step(2, 9_000))).toEqual([entry(1, 1_000), entry(2, 9_000)]);
    expect(list.set(5_000, step(4), step(2, 9_000))).toEqual([entry(1, 1_000), entry(4, 5_000), entry(2, 9_000)]);
  });

  it('does not reach into what is over: a date in the past holds from now on', () => {
    const list = new List();
    list.set(1_000, step(1));
    expect(list.set(6_000, step(1), step(2, 5_000))).toEqual([entry(1, 1_000), entry(2, 6_000)]);
  });

  it('has each kind for itself', () => {
    const decided = [entry(1, 1_000), entry(5, 1_000, 'call'), entry(2, 2_000), entry(6, 1_500, 'call')];
    expect(scheduleOf(decided)).toEqual([
      entry(1, 1_000),
      entry(5, 1_000, 'call'),
      entry(6, 1_500, 'call'),
      entry(2, 2_000),
    ]);
  });

  it('says at every moment what the settings of that moment said, whatever they were', () => {
    for (let seed = 1; seed <= 200; seed++) {
      let state = seed;
      const next = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
      const list = new List();
      const held: [number, number][] = [];
      for (let nowMs = 1_000; nowMs < 2_000; nowMs += 1 + next(200)) {
        const later = [nowMs + 1 + next(300), nowMs + 400 + next(300)].slice(next(3));
        const setting = [step(next(3)), ...later.map((fromMs) => step(next(3), fromMs))];
        const entries = list.set(nowMs, ...setting);
        held.push([nowMs, setting[0]!.amount]);
        for (const { amount, fromMs } of setting.slice(1)) expect(priceOf(entries, 'message', fromMs)).toBe(amount);
      }
      for (const [atMs, amount] of held) expect(priceOf(scheduleOf(list.decided), 'message', atMs)).toBe(amount);
    }
  });
});
