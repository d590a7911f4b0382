import Sqlite from 'better-sqlite3';
import { asyncProperty, assert } from 'fast-check';
import { availableOf } from '@secureconnect/credits/ledger/book';
import { placeHold, settle } from '@secureconnect/credits/ledger/charge-rules';
import { brokenInvariants } from '@secureconnect/credits/ledger/invariants';
import { CREDITS_SCHEMA } from '@secureconnect/credits/store/credits-schema';
import { auditLedger } from '@secureconnect/credits/store/ledger-audit';
import { LedgerStore } from '@secureconnect/credits/store/ledger-store';
import { openStore, type Store } from '@secureconnect/platform/store/store';
import { temporaryFolder } from '@secureconnect/platform/testing/temporary-folder';
import { Stepper, steps, USERS } from '../ledger-steps.js';
import { OPENING } from '../memory-book.js';
import { ALICE, BOB, messageId } from '../people.js';

const LIFETIME = 30_000;
const COLUMNS = '(reason, key, from_account, to_account, amount, posted_at_ms, line, previous, balance, hash)';

describe('the ledger in its store', () => {
  const folder = temporaryFolder();
  let count = 0;
  let file: string;
  let store: Store;
  let ledger: LedgerStore;

  async function openNew(): Promise<void> {
    file = folder.file(`ledger-${String(count++)}.sqlite`);
    store = await openStore({ file, ...CREDITS_SCHEMA });
    ledger = new LedgerStore(store, OPENING);
  }

  beforeEach(openNew);

  afterEach(async () => {
    expect(brokenInvariants(await auditLedger(file))).toEqual([]);
    await store.close();
  });

  afterAll(() => {
    folder.remove();
  });

  const hold = (userId: typeof ALICE, key: number, amount = 1) =>
    ledger.transact((book, nowMs) =>
      placeHold(book, { kind: 'message', key: messageId(key), userId, amount }, { nowMs, lifetimeMs: LIFETIME }),
    );
  const capture = (userId: typeof ALICE, key: number, amount = 1) =>
    ledger.transact((book, nowMs) =>
      settle(book, { kind: 'message', key: messageId(key), userId, amount, move: 'capture' }, nowMs),
    );

  it('begins with nothing issued and nothing spent', async () => {
    expect(await auditLedger(file)).toMatchObject({ accounts: 2, entries: 0, sumOfBalances: 0 });
  });

  it('opens an account once, however often it is asked, with one entry from issued', async () => {
    await Promise.all(Array.from({ length: 20 }, () => ledger.transact((book) => book.account(ALICE))));
    const entries = store.reader.prepare('SELECT reason, key, from_account, amount FROM entry').all();
    expect(entries).toEqual([{ reason: 'opening', key: ALICE, from_account: 1, amount: OPENING }]);
    expect((await ledger.standings([ALICE, BOB])).get(ALICE)).toMatchObject({ balance: OPENING, held: 0 });
  });

  it('does not say that the system’s accounts are users’', async () => {
    expect((await ledger.standings(['issued', 'spent'] as never)).size).toBe(0);
  });

  it('undoes everything of a batch that fails, and nothing of those beside it', async () => {
    const failing = ledger.transact((book, nowMs) => {
      placeHold(
        book,
        { kind: 'message', key: messageId(1), userId: ALICE, amount: 1 },
        { nowMs, lifetimeMs: LIFETIME },
      );
      throw new Error('the batch fails');
    });
    const beside = hold(BOB, 2);
    await expect(failing).rejects.toThrow('the batch fails');
    await expect(beside).resolves.toMatchObject({ outcome: 'held' });
    expect([...(await ledger.standings([ALICE, BOB])).keys()]).toEqual([BOB]);
    expect(ledger.countHeld()).toBe(1);
  });

  it('lets 500 holds at once take exactly what is there', async () => {
    const outcomes = await Promise.all(Array.from({ length: 600 }, (_, key) => hold(ALICE, key)));
    expect(outcomes.filter(({ outcome }) => outcome === 'held')).toHaveLength(OPENING);
    expect(outcomes.filter(({ outcome }) => outcome === 'insufficient')).toHaveLength(100);
    expect((await ledger.standings([ALICE])).get(ALICE)).toMatchObject({ balance: OPENING, held: OPENING });
  });

  it('finds expired holds by their lifetime, the oldest first, and no others', async () => {
    const begun = Date.now();
    for (const key of [1, 2, 3]) await hold(ALICE, key);
    await capture(ALICE, 2);
    expect(await ledger.expiredHolds(begun + LIFETIME - 1, 10)).toEqual([]);
    const expired = await ledger.expiredHolds(Date.now() + LIFETIME, 10);
    expect(expired.map((charge) => charge.key)).toEqual([messageId(1), messageId(3)]);
    expect(await ledger.expiredHolds(Date.now() + LIFETIME, 1)).toHaveLength(1);
  });

  it('adds up after any interleaving of steps, in commits of one and of many', async () => {
    await assert(
      asyncProperty(steps, async (taken) => {
        await store.close();
        await openNew();
        const stepper = new Stepper();
        let pending: Promise<void>[] = [];
        for (const [index, step] of taken.entries()) {
          // Jobs of one tick share a commit.
          pending.push(ledger.transact((book) => stepper.take(book, step)));
          if (index % 7 !== 3) continue;
          await Promise.all(pending);
          pending = [];
        }
        await Promise.all(pending);
        expect(brokenInvariants(await auditLedger(file))).toEqual([]);
        for (const standing of (await ledger.standings(USERS)).values()) {
          expect(availableOf(standing)).toBeLessThanOrEqual(standing.balance);
        }
        const charged = store.reader.prepare(`SELECT key FROM entry WHERE reason = 'message'`).pluck().all();
        expect(new Set(charged).size).toBe(charged.length);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  describe('refuses by itself, whatever the code above does', () => {
    let raw: Sqlite.Database;

    beforeEach(async () => {
      await hold(ALICE, 1);
      await capture(ALICE, 1);
      await hold(ALICE, 2);
      raw = new Sqlite(file);
      raw.pragma('foreign_keys = ON');
    });

    afterEach(() => {
      raw.close();
    });

    it.each([
      ['to change an entry', 'UPDATE entry SET amount = 0', /never changed/],
      ['to delete an entry', 'DELETE FROM entry', /never changed/],
      [
        'to replace an entry',
        `REPLACE INTO entry (id, reason, key, from_account, to_account, amount, posted_at_ms, line, previous, hash)
          SELECT id, reason, key, from_account, to_account, 0, 0, line, previous, hash FROM entry`,
        /one entry/,
      ],
      [
        'a second entry for a key',
        `INSERT INTO entry ${COLUMNS}
          SELECT reason, key, from_account, to_account, amount, 0, line, previous, balance, hash FROM entry WHERE reason = 'message'`,
        /one entry/,
      ],
      [
        'a second opening',
        `INSERT INTO entry ${COLUMNS}
          SELECT reason, key, from_account, to_account, amount, 0, line, previous, balance, hash FROM entry WHERE reason = 'opening'`,
        /one entry/,
      ],
      [
        'an entry from an account to itself',
        `INSERT INTO entry ${COLUMNS} VALUES ('message', 'k', 3, 3, 1, 0, 3, 2, 0, zeroblob(32))`,
        /CHECK/,
      ],
      [
        'an entry of less than nothing',
        `INSERT INTO entry ${COLUMNS} VALUES ('message', 'k', 3, 2, -1, 0, 3, 2, 0, zeroblob(32))`,
        /CHECK/,
      ],
      [
        'an entry without an account',
        `INSERT INTO entry ${COLUMNS} VALUES ('message', 'k', 99, 2, 1, 0, 3, 2, 0, zeroblob(32))`,
        /FOREIGN KEY/,
      ],
      [
        'an amount that is text',
        `INSERT INTO entry ${COLUMNS} VALUES ('message', 'k', 3, 2, 'many', 0, 3, 2, 0, zeroblob(32))`,
        /cannot store TEXT/,
      ],
      ['to take a captured charge back', `UPDATE charge SET state = 'released' WHERE state = 'captured'`, /final/],
      ['to give a captured charge to another', `UPDATE charge SET account = 1 WHERE state = 'captured'`, /final/],
      [
        'to replace a captured charge',
        `REPLACE INTO charge SELECT kind, key, account, 0, 'held', 0, 1 FROM charge WHERE state = 'captured'`,
        /final/,
      ],
      ['to forget a charge', 'DELETE FROM charge', /never deleted/],
      ['a state that there is not', `UPDATE charge SET state = 'free' WHERE state = 'held'`, /CHECK/],
      ['to hold less than nothing', `UPDATE account SET held = -1`, /CHECK/],
      ['to set less than nothing aside', `UPDATE account SET allowed = -1`, /CHECK/],
      ['an allowance of nobody', `INSERT INTO allowance VALUES ('x', 99, 5, 0)`, /FOREIGN KEY/],
      [
        'a line that follows none',
        `INSERT INTO entry ${COLUMNS} VALUES ('message', 'k', 3, 2, 1, 0, 2, 0, 0, zeroblob(32))`,
        /follows/,
      ],
      [
        'a first line with one before it',
        `INSERT INTO entry ${COLUMNS} VALUES ('message', 'k', 3, 2, 1, 0, 1, 2, 0, zeroblob(32))`,
        /follows/,
      ],
      [
        'a line without a hash',
        `INSERT INTO entry ${COLUMNS} VALUES ('message', 'k', 3, 2, 1, 0, 3, 2, 0, x'')`,
        /follows/,
      ],
      ['to delete an account', 'DELETE FROM account', /never deleted/],
      [
        'two accounts of one user',
        `INSERT INTO account (owner, kind, opened_at_ms) VALUES ('${ALICE}', 'user', 0)`,
        /UNIQUE/,
      ],
    ])('%s', (_, sql, reason) => {
      expect(() => raw.exec(sql)).toThrow(reason);
    });
  });

  describe('an audit', () => {
    async function tamper(sql: string): Promise<readonly string[]> {
      const copy = folder.file(`tampered-${String(count++)}.sqlite`);
      await hold(ALICE, 1);
      await capture(ALICE, 1);
      await hold(ALICE, 2);
      await store.reader.backup(copy);
      const raw = new Sqlite(copy);
      raw.pragma('foreign_keys = OFF');
      // Whoever holds the file can drop the guards; the sums still tell.
      for (const trigger of raw.prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`).pluck().all()) {
        raw.exec(`DROP TRIGGER ${String(trigger)}`);
      }
      raw.exec(sql);
      raw.close();
      return brokenInvariants(await auditLedger(copy));
    }

    it.each([
      ['nothing', 'SELECT 1', []],
      [
        'a richer user',
        `UPDATE account SET balance = balance + 100 WHERE owner = '${ALICE}'`,
        ['sumOfBalances', 'wrongBalances'],
      ],
      [
        'credits moved without an entry',
        `UPDATE account SET balance = balance + iif(owner = '${ALICE}', 1, -1) WHERE owner IN ('${ALICE}', 'spent')`,
        ['wrongBalances'],
      ],
      [
        'an entry made smaller',
        `UPDATE entry SET amount = 0 WHERE reason = 'message'`,
        ['wrongBalances', 'wrongChains', 'wrongHours', 'capturedUnpaid'],
      ],
      [
        'an entry gone',
        `DELETE FROM entry WHERE reason = 'message'`,
        ['wrongBalances', 'wrongChains', 'wrongHours', 'capturedUnpaid'],
      ],
      [
        'a second opening',
        `INSERT INTO entry ${COLUMNS} VALUES ('opening', 'again', 1, 3, 500, 0, 3, 2, 0, zeroblob(32))`,
        ['wrongBalances', 'wrongChains', 'wrongHours', 'wrongOpenings'],
      ],
      [
        'an opening gone',
        `DELETE FROM entry WHERE reason = 'opening'`,
        ['wrongBalances', 'wrongChains', 'wrongHours', 'wrongOpenings'],
      ],
      [
        'a debit that was moved to another hour, every sum as before',
        `UPDATE entry SET posted_at_ms = posted_at_ms + 3600000 WHERE reason = 'message'`,
        ['wrongChains', 'wrongHours'],
      ],
      ['a line whose hash was made anew', `UPDATE entry SET hash = randomblob(32) WHERE line = 2`, ['wrongChains']],
      ['a line that says another balance', `UPDATE entry SET balance = 7 WHERE line = 2`, ['wrongChains']],
      [
        'the last line forgotten by its account',
        `UPDATE account SET last_entry = 1 WHERE last_entry = 2`,
        ['wrongChains'],
      ],
      ['a hold forgotten', `UPDATE account SET held = 0`, ['wrongHolds']],
      ['an allowance forgotten', `UPDATE account SET allowed = 1 WHERE owner = '${ALICE}'`, ['wrongAllowances']],
      ['an allowance made up', `INSERT INTO allowance VALUES ('x', 3, 5, 0)`, ['wrongAllowances']],
      ['a charge taken back', `UPDATE charge SET state = 'released' WHERE state = 'captured'`, ['paidUncaptured']],
      ['a charge given to another', `UPDATE charge SET account = 2 WHERE state = 'captured'`, ['capturedUnpaid']],
    ])('finds %s', async (_, sql, broken) => {
      expect(await tamper(sql)).toEqual(broken);
    });
  });
});
