import type {
  CaptureCharges,
  HoldOutcome,
  PlaceHolds,
  SettleHolds,
  SettleHoldsAnswer,
} from '@secureconnect/contracts/internal';
import { spendFromAllowance } from './allowance-rules.js';
import { availableOf, spendableOf, type Book, type Charge, type HoldTerms } from './book.js';
import { assertMove } from './charge-states.js';

type HoldRequest = PlaceHolds['holds'][number];
type Settlement = SettleHolds['settlements'][number];
type Settled = SettleHoldsAnswer['results'][number];

/**
 * Reserves an amount under a key. A key that is held or captured by the same account answers as before (a hold begins a new lifetime: only
 * longer than what its caller counts on), and for the amount of before: between two tries of one message its price may have changed. For
 * another account it is a conflict.
 */
export function placeHold(book: Book, request: HoldRequest, terms: HoldTerms): HoldOutcome {
  const { kind, key, amount } = request;
  const account = book.account(request.userId);
  const charge = book.charge(kind, key);
  const expiresAtMs = terms.nowMs + terms.lifetimeMs;
  if (charge !== null && charge.state !== 'released') {
    if (charge.account !== account.number) return { outcome: 'conflict', key };
    if (charge.state === 'captured') return { outcome: 'captured', key, available: availableOf(account) };
    book.keep({ ...charge, expiresAtMs, asked: charge.asked + 1 });
  } else {
    // What is free of charge is free for those with a debt, too.
    if (amount > 0 && spendableOf(account) < amount) {
      return { outcome: 'insufficient', key, available: availableOf(account) };
    }
    transition(book, charge, { kind, key, account: account.number, amount, state: 'held', expiresAtMs, asked: 1 });
  }
  return { outcome: 'held', key, available: availableOf(account), expiresInMs: terms.lifetimeMs };
}

/** Ends a charge one way or the other. Safe to repeat; the answer is where the charge stands now. */
export function settle(book: Book, settlement: Settlement, nowMs: number): Settled {
  const { key } = settlement;
  const charge = book.charge(settlement.kind, key);
  if (charge?.state === 'captured') return { key, state: 'captured' };
  if (settlement.move === 'release') {
    // Whoever lost a conflict over the key has nothing to release, least of all the winner's hold.
    const isOwn = charge?.account === book.knownAccount(settlement.userId)?.number;
    if (charge?.state !== 'held' || !isOwn) return { key, state: 'released' };
    // Somebody else may be storing the thing on this hold right now (one message sent to two replicas, refused by one): giving the
    // credits back meanwhile would let them be spent twice. The sweeper sees what came of it.
    if (charge.asked > 1) return { key, state: 'held' };
    transition(book, charge, { ...charge, state: 'released' });
    return { key, state: 'released' };
  }
  capture(book, settlement, charge, nowMs);
  return { key, state: 'captured' };
}

/**
 * Pays for something that exists, once however often it is asked: from the hold of its key, else from the allowance that it was
 * committed on, else anew.
 * @returns whether it was paid now
 */
export function captureCharge(book: Book, request: CaptureCharges['charges'][number], nowMs: number): boolean {
  const charge = book.charge(request.kind, request.key);
  if (charge?.state === 'captured') return false;
  if (request.allowanceId !== null && charge?.state !== 'held') spendFromAllowance(book, request.allowanceId, request);
  capture(book, request, charge, nowMs);
  return true;
}

/**
 * Settles a hold that outlived its lifetime, after its owner was asked whether the thing exists.
 * @param seen - the charge when the owner was asked; changed since, it is left alone
 * @returns whether it was settled
 */
export function settleExpired(book: Book, seen: Charge, exists: boolean): boolean {
  const charge = book.charge(seen.kind, seen.key);
  if (charge?.state !== 'held' || charge.expiresAtMs !== seen.expiresAtMs) return false;
  transition(book, charge, { ...charge, state: exists ? 'captured' : 'released' });
  return true;
}

/** The thing exists, so it is paid: from the hold where there is one, and otherwise anew, even below zero. */
function capture(book: Book, settlement: Omit<Settlement, 'move'>, charge: Charge | null, nowMs: number): void {
  const { kind, key, amount } = settlement;
  const account = book.account(settlement.userId);
  if (charge?.state === 'held' && charge.account === account.number) {
    transition(book, charge, { ...charge, state: 'captured' });
    return;
  }
  let before = charge;
  if (charge?.state === 'held') {
    // The owner of the things says whose it is; the other's hold was for something that cannot come to be.
    before = { ...charge, state: 'released' };
    transition(book, charge, before);
  }
  const captured = {
    kind,
    key,
    account: account.number,
    amount,
    state: 'captured',
    expiresAtMs: nowMs,
    asked: 1,
  } as const;
  transition(book, before, captured);
}

/** The one place where a charge changes its state, and with it what its account holds and has. */
function transition(book: Book, before: Charge | null, after: Charge): void {
  assertMove(before?.state ?? 'none', after.state);
  if (before?.state === 'held') book.accountOf(before).held -= before.amount;
  const account = book.accountOf(after);
  if (after.state === 'held') account.held += after.amount;
  book.keep(after);
  if (after.state === 'captured') book.spend(after);
  account.version += 1;
}
