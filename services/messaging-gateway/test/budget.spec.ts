import { Budget } from '../src/connections/budget.js';

describe('the budget of a socket', () => {
  it('lets a burst through, then says after how many seconds there is one again', () => {
    let nowMs = 0;
    const budget = new Budget(3, 0.5, () => nowMs);
    expect([budget.take(), budget.take(), budget.take(), budget.take()]).toEqual([0, 0, 0, 2]);
    nowMs = 1_000;
    expect(budget.take()).toBe(1);
    nowMs = 2_000;
    expect(budget.take()).toBe(0);
  });

  it('never saves up more than a burst', () => {
    let nowMs = 0;
    const budget = new Budget(2, 10, () => nowMs);
    nowMs = 3_600_000;
    expect([budget.take(), budget.take(), budget.take()]).toEqual([0, 0, 1]);
  });
});
