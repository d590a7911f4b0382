import { Budget } from '../src/throttle/budget.js';

describe('a budget', () => {
  let nowMs: number;
  const budgetOf = (burst: number, perSecond: number) => new Budget(burst, perSecond, () => nowMs);

  beforeEach(() => {
    nowMs = 1_000;
  });

  it('gives its burst at once, and then says how long to wait', () => {
    const budget = budgetOf(3, 2);
    expect([budget.take(), budget.take(), budget.take(), budget.take()]).toEqual([0, 0, 0, 1]);
  });

  it('fills up with time, and never beyond its burst', () => {
    const budget = budgetOf(2, 1);
    budget.take();
    budget.take();
    nowMs += 999;
    expect(budget.take()).toBe(1);
    nowMs += 1;
    expect(budget.take()).toBe(0);
    nowMs += 3_600_000;
    expect([budget.take(), budget.take(), budget.take()]).toEqual([0, 0, 1]);
  });

  it('is not made emptier by those who ask in vain', () => {
    const budget = budgetOf(1, 1);
    budget.take();
    for (let attempt = 0; attempt < 100; attempt++) budget.take();
    nowMs += 1_000;
    expect(budget.take()).toBe(0);
  });

  it('says whole seconds, the longer the slower it fills', () => {
    const budget = budgetOf(1, 0.1);
    budget.take();
    expect(budget.take()).toBe(10);
  });
});
