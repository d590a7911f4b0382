import { createHash, randomBytes } from 'node:crypto';
import type { UserId } from '@secureconnect/contracts/ids';
import { ledgerLineText } from '@secureconnect/contracts/ledger-line';
import Sqlite from 'better-sqlite3';

/** Rows written in one transaction. */
const BATCH = 50_000;
const DAY_MS = 86_400_000;

export interface Filling {
  readonly users: number;
  /** Of all of them together, besides those of `heavy`. */
  readonly lines: number;
  /** Lines that one account gets alone. */
  readonly heavyLines: number;
}

interface FilledAccount {
  readonly number: number;
  readonly owner: UserId;
  line: number;
  balance: number;
  last: number;
  hash: string;
}

/** As a store that a service has open is written to from outside: nothing of it has to survive a crash of the machine. */
function openForFilling(file: string): Sqlite.Database {
  const database = new Sqlite(file, { fileMustExist: true });
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -200000');
  database.pragma('busy_timeout = 30000');
  return database;
}

/** Accounts without keys, who joined over three years. @returns their ids */
export function fillAuth(file: string, users: number): readonly UserId[] {
  const database = openForFilling(file);
  const insert = database.prepare(
    `INSERT INTO account (user_id, username, email, role, kdf_params, verifier, server_share, joined_at_ms)
     VALUES (?, ?, ?, 'user', '', '', '', ?)`,
  );
  const begun = Date.now() - 3 * 365 * DAY_MS;
  const ids = Array.from({ length: users }, () => randomBytes(16).toString('hex') as UserId);
  database.transaction(() => {
    for (const [index, id] of ids.entries()) {
      const name = `${randomBytes(3).toString('hex').replace(/^\d/, 'x')}.${index}`;
      insert.run(id, name, index % 3 === 0 ? `${name}@example.org` : null, begun + index * 900_000);
    }
  })();
  database.close();
  return ids;
}

/** A ledger as years of use leave it: each line follows from the one before, the accounts in no order. */
export function fillLedger(file: string, owners: readonly UserId[], heavy: UserId, filling: Filling): void {
  const database = openForFilling(file);
  const spent = database.prepare("SELECT number FROM account WHERE owner = 'spent'").pluck().get() as number;
  const accounts = database.transaction(() => owners.map((owner) => openAccount(database, owner)))();
  const rich = openAccount(database, heavy);
  let id = database.prepare('SELECT coalesce(max(id), 0) FROM entry').pluck().get() as number;
  const insert = database.prepare(
    `INSERT INTO entry (id, reason, key, from_account, to_account, amount, posted_at_ms, line, previous, balance, hash)
     VALUES (?, 'message', ?, ?, ?, 1, ?, ?, ?, ?, ?)`,
  );
  const post = (account: FilledAccount): void => {
    id += 1;
    const [key, atMs] = [id.toString(16).padStart(32, '0'), Date.now()];
    const line = {
      ...{ userId: account.owner, line: account.line + 1, reason: 'message', key },
      ...{ amount: -1, balance: account.balance - 1, atMs },
    };
    const hash = createHash('sha256').update(ledgerLineText(account.hash, line), 'utf8');
    account.hash = hash.digest('hex');
    account.line = line.line;
    account.balance = line.balance;
    const bytes = Buffer.from(account.hash, 'hex');
    insert.run(id, key, account.number, spent, atMs, line.line, account.last, line.balance, bytes);
    account.last = id;
  };
  const postMany = database.transaction((from: number, to: number, of: (index: number) => FilledAccount) => {
    for (let index = from; index < to; index++) post(of(index));
  });
  // 7,919 is prime: every account has its turn, and neighbours in the store are strangers
  const anybody = (index: number) => accounts[(index * 7_919) % accounts.length]!;
  for (let from = 0; from < filling.lines; from += BATCH)
    postMany(from, Math.min(filling.lines, from + BATCH), anybody);
  postMany(0, filling.heavyLines, () => rich);
  const close = database.prepare('UPDATE account SET balance = ?, line = ?, last_entry = ?, hash = ? WHERE number = ?');
  database.transaction(() => {
    for (const { balance, hash, last, line, number } of [...accounts, rich])
      close.run(balance, line, last, Buffer.from(hash, 'hex'), number);
    const all = filling.lines + filling.heavyLines;
    database.prepare('UPDATE account SET balance = balance + ? WHERE number = ?').run(all, spent);
  })();
  database.close();
}

/** The account as it is, or a new one. */
function openAccount(database: Sqlite.Database, owner: UserId): FilledAccount {
  database
    .prepare("INSERT OR IGNORE INTO account (owner, kind, opened_at_ms) VALUES (?, 'user', ?)")
    .run(owner, Date.now());
  const row = database
    .prepare('SELECT number, line, balance, last_entry AS last, hex(hash) AS hash FROM account WHERE owner = ?')
    .get(owner) as Omit<FilledAccount, 'owner'>;
  return { ...row, owner, hash: row.hash.toLowerCase() };
}
