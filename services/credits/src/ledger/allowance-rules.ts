import type { AllowanceId, UserId } from '@secureconnect/contracts/ids';
import type { AllowanceOutcome, GrantAllowances } from '@secureconnect/contracts/internal';
import { availableOf, spendableOf, type Allowance, type Book, type HoldTerms } from './book.js';

/**
 * An allowance is this part of what can still be spent, at most: whoever has little is asked for each message, so that the last
 * credits are never set aside where nobody needs them.
 */
const SHARE = 8;

/** Sets credits aside. Asked again under the same id: what is left of it, for no longer than before. */
export function grantAllowance(
  book: Book,
  request: GrantAllowances['allowances'][number],
  terms: HoldTerms,
): AllowanceOutcome {
  const { allowanceId } = request;
  const account = book.account(request.userId);
  const known = book.allowance(allowanceId);
  if (known !== null && known.account !== account.number) {
    return { outcome: 'refused', allowanceId, available: availableOf(account) };
  }
  const amount = known?.amount ?? Math.min(request.amount, Math.floor(spendableOf(account) / SHARE));
  if (amount < 1) return { outcome: 'refused', allowanceId, available: availableOf(account) };
  if (known === null) {
    account.allowed += amount;
    account.version += 1;
    book.keepAllowance({
      allowanceId,
      account: account.number,
      amount,
      expiresAtMs: terms.nowMs + terms.lifetimeMs,
    });
  }
  return { outcome: 'granted', allowanceId, amount, available: availableOf(account), expiresInMs: terms.lifetimeMs };
}

/** Takes what is now captured out of the allowance, if that is the payer's and still has it. Otherwise the capture debits anew. */
export function spendFromAllowance(
  book: Book,
  allowanceId: AllowanceId,
  request: { readonly userId: UserId; readonly amount: number },
): void {
  const allowance = book.allowance(allowanceId);
  const account = book.account(request.userId);
  if (allowance?.account !== account.number || allowance.amount < request.amount) return;
  account.allowed -= request.amount;
  book.keepAllowance({ ...allowance, amount: allowance.amount - request.amount });
}

/** Gives back what is left. Repeatable; only the owner of the account closes. */
export function closeAllowance(book: Book, allowanceId: AllowanceId, userId: UserId): void {
  const allowance = book.allowance(allowanceId);
  if (allowance !== null && allowance.account === book.knownAccount(userId)?.number) end(book, allowance);
}

/**
 * Gives back what is left of an allowance that outlived its lifetime, after its process was asked for captures on their way.
 * @returns whether it was open still
 */
export function closeExpired(book: Book, seen: Allowance): boolean {
  const allowance = book.allowance(seen.allowanceId);
  if (allowance === null) return false;
  end(book, allowance);
  return true;
}

function end(book: Book, allowance: Allowance): void {
  const account = book.accountOf(allowance);
  account.allowed -= allowance.amount;
  account.version += 1;
  book.dropAllowance(allowance);
}
