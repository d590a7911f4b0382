import { AllowanceId, type UserId } from '@secureconnect/contracts/ids';
import { closeAllowance, closeExpired, grantAllowance } from '@secureconnect/credits/ledger/allowance-rules';
import { availableOf } from '@secureconnect/credits/ledger/book';
import { captureCharge, placeHold, settle } from '@secureconnect/credits/ledger/charge-rules';
import { MemoryBook, OPENING } from './memory-book.js';
import { ALICE, BOB, MALLORY, messageId } from './people.js';

const NOW = 1_795_000_000_000;
const TERMS = { nowMs: NOW, lifetimeMs: 30_000 };
const A = AllowanceId.parse('a'.repeat(32));
const EIGHTH = Math.floor(OPENING / 8);

describe('an allowance', () => {
  let book: MemoryBook;

  beforeEach(() => {
    book = new MemoryBook();
  });

  const grant = (userId: UserId, amount = 20, allowanceId = A) =>
    grantAllowance(book, { allowanceId, userId, amount }, TERMS);
  const hold = (userId: UserId, key: number, amount = 1) =>
    placeHold(book, { kind: 'message', key: messageId(key), userId, amount }, TERMS);
  const capture = (userId: UserId, key: number, amount = 1, allowanceId: AllowanceId | null = A) =>
    captureCharge(book, { kind: 'message', key: messageId(key), userId, amount, allowanceId }, NOW);
  const has = (userId: UserId) => {
    const { balance, held, allowed } = book.account(userId);
    return { balance, held, allowed };
  };

  it('sets credits aside, and the user has them still', () => {
    expect(grant(ALICE)).toEqual({
      outcome: 'granted',
      allowanceId: A,
      amount: 20,
      available: OPENING,
      expiresInMs: 30_000,
    });
    expect(has(ALICE)).toEqual({ balance: OPENING, held: 0, allowed: 20 });
    expect(book.spent).toEqual([]);
  });

  it('is an eighth of what can be spent, however much is asked for', () => {
    expect(grant(ALICE, 500)).toMatchObject({ amount: EIGHTH });
    const second = grant(ALICE, 500, AllowanceId.parse('b'.repeat(32)));
    expect(second).toMatchObject({ amount: Math.floor((OPENING - EIGHTH) / 8) });
  });

  it('is refused to who has next to nothing', () => {
    hold(ALICE, 1, OPENING - 7);
    expect(grant(ALICE)).toEqual({ outcome: 'refused', allowanceId: A, available: 7 });
    expect(has(ALICE).allowed).toBe(0);
  });

  it('is one, however often it is asked for', () => {
    grant(ALICE);
    capture(ALICE, 1);
    expect(grant(ALICE)).toMatchObject({ outcome: 'granted', amount: 19 });
    expect(has(ALICE)).toEqual({ balance: OPENING - 1, held: 0, allowed: 19 });
  });

  it('of another is refused under its id', () => {
    grant(ALICE);
    expect(grant(MALLORY)).toMatchObject({ outcome: 'refused' });
    expect(has(MALLORY).allowed).toBe(0);
  });

  it('pays for what was committed on it, once', () => {
    grant(ALICE);
    expect(capture(ALICE, 1)).toBe(true);
    expect(capture(ALICE, 1)).toBe(false);
    expect(has(ALICE)).toEqual({ balance: OPENING - 1, held: 0, allowed: 19 });
    expect(book.spent).toEqual([messageId(1)]);
  });

  it('is not asked to pay where the key has a hold of its own', () => {
    grant(ALICE);
    hold(ALICE, 1);
    capture(ALICE, 1);
    expect(has(ALICE)).toEqual({ balance: OPENING - 1, held: 0, allowed: 20 });
  });

  it('of another does not pay: the owner of the thing does', () => {
    grant(ALICE);
    capture(MALLORY, 1);
    expect(has(ALICE)).toEqual({ balance: OPENING, held: 0, allowed: 20 });
    expect(has(MALLORY)).toEqual({ balance: OPENING - 1, held: 0, allowed: 0 });
  });

  it('cannot be held by somebody else’s message, nor spent twice by two', () => {
    grant(ALICE);
    const { available } = hold(ALICE, 1, OPENING - 20) as { available: number };
    expect(available).toBe(20);
    expect(hold(ALICE, 2)).toEqual({ outcome: 'insufficient', key: messageId(2), available: 20 });
  });

  it('that is closed gives back what was not captured, and a capture after it debits anew', () => {
    grant(ALICE);
    capture(ALICE, 1);
    closeAllowance(book, A, ALICE);
    closeAllowance(book, A, ALICE);
    expect(has(ALICE)).toEqual({ balance: OPENING - 1, held: 0, allowed: 0 });
    capture(ALICE, 2);
    expect(has(ALICE)).toEqual({ balance: OPENING - 2, held: 0, allowed: 0 });
  });

  it('is closed by its owner, and by no other', () => {
    grant(ALICE);
    closeAllowance(book, A, MALLORY);
    book.account(BOB);
    closeAllowance(book, A, BOB);
    expect(has(ALICE).allowed).toBe(20);
  });

  it('that is spent pays no more than it had', () => {
    grant(ALICE, 2);
    for (const key of [1, 2, 3]) capture(ALICE, key);
    expect(has(ALICE)).toEqual({ balance: OPENING - 3, held: 0, allowed: 0 });
  });

  it('ends past its lifetime, once', () => {
    grant(ALICE);
    const seen = book.allowance(A)!;
    expect(closeExpired(book, seen)).toBe(true);
    expect(closeExpired(book, seen)).toBe(false);
    expect(availableOf(book.account(ALICE))).toBe(OPENING);
    expect(has(ALICE).allowed).toBe(0);
  });

  it('pays for a message that was released before, as a capture does', () => {
    grant(ALICE);
    hold(ALICE, 1);
    settle(book, { kind: 'message', key: messageId(1), userId: ALICE, amount: 1, move: 'release' }, NOW);
    capture(ALICE, 1);
    expect(has(ALICE)).toEqual({ balance: OPENING - 1, held: 0, allowed: 19 });
  });
});
