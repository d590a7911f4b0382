import type { UserId } from '@secureconnect/contracts/ids';
import { availableOf } from '@secureconnect/credits/ledger/book';
import { placeHold, settle, settleExpired } from '@secureconnect/credits/ledger/charge-rules';
import { MemoryBook, OPENING } from './memory-book.js';
import { ALICE, BOB, MALLORY, messageId } from './people.js';

const NOW = 1_795_000_000_000;
const LIFETIME = 30_000;
const M1 = messageId(1);

describe('charges', () => {
  let book: MemoryBook;

  beforeEach(() => {
    book = new MemoryBook();
  });

  const hold = (userId: UserId, key = M1, amount = 1, nowMs = NOW) =>
    placeHold(book, { kind: 'message', key, userId, amount }, { nowMs, lifetimeMs: LIFETIME });
  const end = (move: 'capture' | 'release', userId: UserId, key = M1, amount = 1) =>
    settle(book, { kind: 'message', key, userId, amount, move }, NOW).state;
  const has = (userId: UserId) => {
    const { balance, held } = book.account(userId);
    return { balance, held };
  };

  describe('a hold', () => {
    it('opens the account of a user not yet known, with the opening credits', () => {
      expect(hold(ALICE)).toEqual({ outcome: 'held', key: M1, available: OPENING - 1, expiresInMs: LIFETIME });
      expect(has(ALICE)).toEqual({ balance: OPENING, held: 1 });
    });

    it('spends nothing', () => {
      hold(ALICE);
      expect(book.spent).toEqual([]);
    });

    it('holds once, however often it is asked', () => {
      for (let repeat = 0; repeat < 5; repeat++) expect(hold(ALICE).outcome).toBe('held');
      expect(has(ALICE)).toEqual({ balance: OPENING, held: 1 });
    });

    it('begins a new lifetime when it is asked again', () => {
      hold(ALICE);
      hold(ALICE, M1, 1, NOW + 20_000);
      expect(book.charge('message', M1)?.expiresAtMs).toBe(NOW + 20_000 + LIFETIME);
    });

    it('is refused beyond what is available, and holds nothing then', () => {
      hold(ALICE, messageId(2), OPENING - 1);
      expect(hold(ALICE, messageId(3), 2)).toEqual({ outcome: 'insufficient', key: messageId(3), available: 1 });
      expect(book.charge('message', messageId(3))).toBeNull();
      expect(has(ALICE)).toEqual({ balance: OPENING, held: OPENING - 1 });
    });

    it('counts what is held, not only what is spent', () => {
      for (let count = 0; count < OPENING; count++) expect(hold(ALICE, messageId(count)).outcome).toBe('held');
      expect(hold(ALICE, messageId(OPENING)).outcome).toBe('insufficient');
      end('release', ALICE, messageId(0));
      expect(hold(ALICE, messageId(OPENING)).outcome).toBe('held');
    });

    it('of nothing is granted to those with a debt, and nothing else is', () => {
      end('capture', ALICE, M1, OPENING + 10);
      expect(hold(ALICE, messageId(2), 0)).toMatchObject({ outcome: 'held', available: -10 });
      expect(hold(ALICE, messageId(3), 1)).toMatchObject({ outcome: 'insufficient', available: -10 });
    });

    it('is a conflict under a key that another account holds, or captured', () => {
      hold(ALICE);
      expect(hold(MALLORY)).toEqual({ outcome: 'conflict', key: M1 });
      end('capture', ALICE);
      expect(hold(MALLORY)).toEqual({ outcome: 'conflict', key: M1 });
      expect(has(MALLORY)).toEqual({ balance: OPENING, held: 0 });
    });

    it('that is asked for again at another price stays what it was, and so does what is paid', () => {
      hold(ALICE);
      expect(hold(ALICE, M1, 2)).toMatchObject({ outcome: 'held', available: OPENING - 1 });
      expect(has(ALICE)).toEqual({ balance: OPENING, held: 1 });
      end('capture', ALICE, M1, 2);
      expect(has(ALICE)).toEqual({ balance: OPENING - 1, held: 0 });
    });

    it('of what is captured answers captured and holds nothing', () => {
      hold(ALICE);
      end('capture', ALICE);
      expect(hold(ALICE)).toEqual({ outcome: 'captured', key: M1, available: OPENING - 1 });
      expect(has(ALICE)).toEqual({ balance: OPENING - 1, held: 0 });
    });

    it('of what was released holds anew, for another account or amount too', () => {
      hold(ALICE);
      end('release', ALICE);
      expect(hold(BOB, M1, 7).outcome).toBe('held');
      expect(has(ALICE)).toEqual({ balance: OPENING, held: 0 });
      expect(has(BOB)).toEqual({ balance: OPENING, held: 7 });
    });
  });

  describe('a capture', () => {
    it('spends what was held, once, however often it is asked', () => {
      hold(ALICE);
      for (let repeat = 0; repeat < 5; repeat++) expect(end('capture', ALICE)).toBe('captured');
      expect(has(ALICE)).toEqual({ balance: OPENING - 1, held: 0 });
      expect(book.spent).toEqual([M1]);
    });

    it('spends the amount that was held, whatever is said later', () => {
      hold(ALICE, M1, 3);
      end('capture', ALICE, M1, 300);
      expect(has(ALICE)).toEqual({ balance: OPENING - 3, held: 0 });
    });

    it('of what nobody held debits anew', () => {
      expect(end('capture', ALICE)).toBe('captured');
      expect(has(ALICE)).toEqual({ balance: OPENING - 1, held: 0 });
    });

    it('of what was released debits anew, even below zero', () => {
      hold(ALICE, M1, OPENING);
      end('release', ALICE, M1, OPENING);
      end('capture', ALICE, messageId(2), OPENING);
      expect(end('capture', ALICE, M1, OPENING)).toBe('captured');
      expect(has(ALICE)).toEqual({ balance: -OPENING, held: 0 });
    });

    it('for one account gives back what another held under the key', () => {
      hold(MALLORY, M1, 5);
      expect(end('capture', ALICE)).toBe('captured');
      expect(has(MALLORY)).toEqual({ balance: OPENING, held: 0 });
      expect(has(ALICE)).toEqual({ balance: OPENING - 1, held: 0 });
    });

    it('never charges a key a second time, to whomever', () => {
      end('capture', ALICE);
      expect(end('capture', BOB)).toBe('captured');
      expect(has(BOB)).toEqual({ balance: OPENING, held: 0 });
      expect(book.spent).toEqual([M1]);
    });
  });

  describe('a release', () => {
    it('gives back what was held, once, however often it is asked', () => {
      hold(ALICE);
      for (let repeat = 0; repeat < 5; repeat++) expect(end('release', ALICE)).toBe('released');
      expect(has(ALICE)).toEqual({ balance: OPENING, held: 0 });
    });

    it('of a hold that was asked for twice leaves it to the sweeper: the other may count on it', () => {
      hold(ALICE);
      hold(ALICE);
      for (let repeat = 0; repeat < 5; repeat++) expect(end('release', ALICE)).toBe('held');
      expect(has(ALICE)).toEqual({ balance: OPENING, held: 1 });
      expect(settleExpired(book, book.charge('message', M1)!, false)).toBe(true);
      expect(has(ALICE)).toEqual({ balance: OPENING, held: 0 });
      hold(ALICE);
      expect(end('release', ALICE)).toBe('released');
    });

    it('lets nobody spend what is being spent: no release makes room for more than there is', () => {
      hold(MALLORY, M1, OPENING);
      hold(MALLORY, M1, OPENING);
      end('release', MALLORY, M1, OPENING);
      expect(hold(MALLORY, messageId(2)).outcome).toBe('insufficient');
      end('capture', MALLORY, M1, OPENING);
      expect(has(MALLORY)).toEqual({ balance: 0, held: 0 });
    });

    it('of what is captured changes nothing and says captured', () => {
      hold(ALICE);
      end('capture', ALICE);
      expect(end('release', ALICE)).toBe('captured');
      expect(has(ALICE)).toEqual({ balance: OPENING - 1, held: 0 });
    });

    it('of another account’s hold leaves it alone', () => {
      hold(ALICE);
      book.account(MALLORY);
      expect(end('release', MALLORY)).toBe('released');
      expect(end('release', BOB)).toBe('released');
      expect(has(ALICE)).toEqual({ balance: OPENING, held: 1 });
      expect(book.charge('message', M1)?.state).toBe('held');
    });

    it('of a key nobody knows leaves no trace, not even an account', () => {
      expect(end('release', MALLORY)).toBe('released');
      expect(book.knownAccount(MALLORY)).toBeNull();
      expect(book.charges.size).toBe(0);
    });
  });

  describe('a hold past its lifetime', () => {
    const seen = () => book.charge('message', M1)!;

    it('is captured when the thing exists', () => {
      hold(ALICE);
      expect(settleExpired(book, seen(), true)).toBe(true);
      expect(has(ALICE)).toEqual({ balance: OPENING - 1, held: 0 });
    });

    it('is released when it does not', () => {
      hold(ALICE);
      expect(settleExpired(book, seen(), false)).toBe(true);
      expect(has(ALICE)).toEqual({ balance: OPENING, held: 0 });
    });

    it('is left alone when it was held anew since its owner was asked', () => {
      hold(ALICE);
      const before = seen();
      hold(ALICE, M1, 1, NOW + 1);
      expect(settleExpired(book, before, false)).toBe(false);
      expect(has(ALICE)).toEqual({ balance: OPENING, held: 1 });
    });

    it.each(['capture', 'release'] as const)('is left alone after a %s', (move) => {
      hold(ALICE);
      const before = seen();
      end(move, ALICE);
      const standing = has(ALICE);
      expect(settleExpired(book, before, move === 'release')).toBe(false);
      expect(has(ALICE)).toEqual(standing);
    });
  });

  it('raise the version of an account with every change', () => {
    const versions = [book.account(ALICE).version];
    for (const change of [
      () => hold(ALICE),
      () => end('release', ALICE),
      () => hold(ALICE),
      () => end('capture', ALICE),
      () => end('capture', ALICE, messageId(2)),
    ]) {
      change();
      versions.push(book.account(ALICE).version);
    }
    for (let index = 1; index < versions.length; index++) expect(versions[index]).toBeGreaterThan(versions[index - 1]!);
    expect(availableOf(book.account(ALICE))).toBe(OPENING - 2);
  });
});
