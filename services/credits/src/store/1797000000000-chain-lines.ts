import type { UserId } from '@secureconnect/contracts/ids';
import { FIRST_LEDGER_HASH } from '@secureconnect/contracts/ledger-line';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { hashLine } from './line-hash.js';

const PAGE = 5_000;

/**
 * Every entry becomes a line of the user's account, and each line is bound by its hash to all lines before it; `previous` leads to
 * the line before and `account.last_entry` to the last, so that no index by account has to be kept. What
 * was posted before is chained in the order in which it was posted; balances stay as they are.
 */
export class ChainLines1797000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE account ADD COLUMN last_entry INTEGER NOT NULL DEFAULT 0');
    await runner.query('ALTER TABLE account ADD COLUMN line INTEGER NOT NULL DEFAULT 0 CHECK (line >= 0)');
    await runner.query(`ALTER TABLE account ADD COLUMN hash BLOB NOT NULL DEFAULT (x'${FIRST_LEDGER_HASH}')`);
    for (const column of ['line', 'previous', 'balance']) {
      await runner.query(`ALTER TABLE entry ADD COLUMN ${column} INTEGER NOT NULL DEFAULT 0`);
    }
    await runner.query(`ALTER TABLE entry ADD COLUMN hash BLOB NOT NULL DEFAULT (x'${FIRST_LEDGER_HASH}')`);
    // Once, and for the columns that are new.
    await runner.query('DROP TRIGGER entry_no_update');
    await chainEntries(runner);
    await runner.query(`
      CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
      BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END`);
    await runner.query(`
      CREATE TRIGGER entry_follows BEFORE INSERT ON entry
      WHEN NEW.line < 1 OR length(NEW.hash) <> 32 OR (NEW.line = 1) <> (NEW.previous = 0)
      BEGIN SELECT RAISE(ABORT, 'a line follows the line before'); END`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER entry_follows');
    for (const column of ['hash', 'balance', 'previous', 'line']) {
      await runner.query(`ALTER TABLE entry DROP COLUMN ${column}`);
    }
    for (const column of ['hash', 'line', 'last_entry']) {
      await runner.query(`ALTER TABLE account DROP COLUMN ${column}`);
    }
  }
}

interface PastEntry {
  id: number;
  account: number;
  owner: UserId;
  reason: string;
  key: string;
  amount: number;
  atMs: number;
}

interface Chain {
  line: number;
  last: number;
  balance: number;
  hash: Buffer;
}

async function chainEntries(runner: QueryRunner): Promise<void> {
  const chains = new Map<number, Chain>();
  for (let after = 0; ;) {
    const page = (await runner.query(PAST_ENTRIES, [after, PAGE])) as PastEntry[];
    for (const entry of page) {
      const before = chains.get(entry.account) ?? { line: 0, last: 0, balance: 0, hash: Buffer.alloc(32) };
      const line = before.line + 1;
      const balance = before.balance + entry.amount;
      const { owner: userId, reason, key, amount, atMs } = entry;
      const hash = hashLine(before.hash, { userId, line, reason, key, amount, balance, atMs });
      chains.set(entry.account, { line, last: entry.id, balance, hash });
      await runner.query(SET_LINE, [line, before.last, balance, hash, entry.id]);
    }
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.id;
  }
  for (const [account, { last, line, hash }] of chains) {
    await runner.query(SET_END, [last, line, hash, account]);
  }
}

const SET_END = 'UPDATE account SET last_entry = ?, line = ?, hash = ? WHERE number = ?';
const SET_LINE = 'UPDATE entry SET line = ?, previous = ?, balance = ?, hash = ? WHERE id = ?';

const PAST_ENTRIES = `
  SELECT e.id, a.number AS account, a.owner, e.reason, e.key,
    iif(e.to_account = a.number, e.amount, -e.amount) AS amount, e.posted_at_ms AS atMs
  FROM entry e JOIN account a ON a.kind = 'user' AND a.number IN (e.from_account, e.to_account)
  WHERE e.id > ? ORDER BY e.id LIMIT ?`;
