import { assert, property } from 'fast-check';
import { availableOf, spendableOf } from '@secureconnect/credits/ledger/book';
import { steps, Stepper, USERS } from './ledger-steps.js';
import { MemoryBook } from './memory-book.js';

describe('the ledger, whatever comes in whatever order', () => {
  it('adds up after every step: nothing made, nothing lost, no key charged twice, nothing given back that is spent', () => {
    assert(
      property(steps, (taken) => {
        const book = new MemoryBook();
        const stepper = new Stepper();
        for (const step of taken) {
          const capturedBefore = captured(book);
          stepper.take(book, step);
          expect([...book.accounts.values()].reduce((sum, account) => sum + account.balance, 0)).toBe(0);
          for (const user of USERS) {
            const account = book.knownAccount(user);
            if (account === null) continue;
            expect(account.held).toBe(heldBy(book, account.number));
            expect(account.allowed).toBe(allowedBy(book, account.number));
            expect(availableOf(account)).toBeLessThanOrEqual(account.balance);
          }
          expect(new Set(book.spent).size).toBe(book.spent.length);
          expect(captured(book)).toEqual(expect.arrayContaining(capturedBefore));
          expect(captured(book).sort()).toEqual([...book.spent].sort());
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('grants no hold and no allowance that its account cannot pay', () => {
    assert(
      property(steps, (taken) => {
        const book = new MemoryBook();
        const stepper = new Stepper();
        for (const step of taken) {
          if (step.act !== 'hold' && step.act !== 'grant') {
            stepper.take(book, step);
            continue;
          }
          const before = spendableOf(book.account(step.userId));
          stepper.take(book, step);
          const after = spendableOf(book.account(step.userId));
          if (after < before) expect(after).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function captured(book: MemoryBook): string[] {
  return [...book.charges.values()].filter((charge) => charge.state === 'captured').map((charge) => charge.key);
}

function heldBy(book: MemoryBook, account: number): number {
  return [...book.charges.values()]
    .filter((charge) => charge.state === 'held' && charge.account === account)
    .reduce((sum, charge) => sum + charge.amount, 0);
}

function allowedBy(book: MemoryBook, account: number): number {
  return [...book.allowances.values()]
    .filter((allowance) => allowance.account === account)
    .reduce((sum, allowance) => sum + allowance.amount, 0);
}
