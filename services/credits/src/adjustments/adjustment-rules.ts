import type { AdjustCredits, AdjustCreditsAnswer } from '@secureconnect/contracts/internal';
import { availableOf, spendableOf, type Book } from '../ledger/book.js';

/** Gives credits or takes them, once for each id. Never more is taken than can be spent: nobody owes the server anything by an operator's deed. */
export function adjust(book: Book, { userId, deedId, amount, byUserId, reason }: AdjustCredits): AdjustCreditsAnswer {
  const account = book.account(userId);
  const made = book.adjustment(deedId);
  if (made !== null) {
    const isSame = made.account === account.number && made.amount === amount;
    return { outcome: isSame ? 'done' : 'conflict', available: availableOf(account), changed: false };
  }
  if (amount < 0 && spendableOf(account) < -amount) {
    return { outcome: 'insufficient', available: availableOf(account), changed: false };
  }
  book.adjust({ deedId, account: account.number, amount, byUserId, reason });
  return { outcome: 'done', available: availableOf(account), changed: true };
}
