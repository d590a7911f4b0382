import type { DeedId } from '@secureconnect/contracts/admin-acts';
import type { AllowanceId, UserId } from '@secureconnect/contracts/ids';
import type { ChargeKind } from '@secureconnect/contracts/internal';
import type { TopupId } from '@secureconnect/contracts/topups';
import type Sqlite from 'better-sqlite3';
import type { Account, AdjustmentRecord, Allowance, Book, Charge, TopupRecord } from '../ledger/book.js';
import { hashLine } from './line-hash.js';
import { AdjustmentStatements } from './adjustment-statements.js';
import { TopupStatements } from './topup-statements.js';

/** An account as its row has it. */
interface StoredAccount extends Account {
  readonly owner: UserId;
  /** The last entry that is a line of it; 0 for none. Of the system's accounts always 0. */
  lastEntry: number;
  /** Which line that is. */
  line: number;
  /** Its hash, 32 bytes. */
  hash: Buffer;
}

/** Statements of the ledger's hot path, prepared once for a database. */
export class LedgerStatements {
  readonly accountByOwner: Sqlite.Statement<[string], StoredAccount>;
  readonly accountByNumber: Sqlite.Statement<[number], StoredAccount>;
  readonly openAccount: Sqlite.Statement<[string, number]>;
  readonly writeAccount: Sqlite.Statement<[number, number, number, number, number, number, Buffer, number]>;
  readonly charge: Sqlite.Statement<[string, string], Charge>;
  readonly writeCharge: Sqlite.Statement<[string, string, number, number, string, number, number]>;
  readonly post: Sqlite.Statement<[string, string, number, number, number, number, number, number, number, Buffer]>;
  readonly allowance: Sqlite.Statement<[string], Allowance>;
  readonly writeAllowance: Sqlite.Statement<[string, number, number, number]>;
  readonly dropAllowance: Sqlite.Statement<[string]>;
  readonly topups: TopupStatements;
  readonly adjustments: AdjustmentStatements;
  /** Numbers of the system's accounts. */
  readonly issued: number;
  readonly spent: number;

  constructor(database: Sqlite.Database) {
    const account =
      'SELECT number, owner, balance, held, allowed, version, last_entry AS lastEntry, line, hash FROM account';
    this.accountByOwner = database.prepare(`${account} WHERE owner = ?`);
    this.accountByNumber = database.prepare(`${account} WHERE number = ?`);
    this.openAccount = database.prepare(`INSERT INTO account (owner, kind, opened_at_ms) VALUES (?, 'user', ?)`);
    this.writeAccount = database.prepare(
      'UPDATE account SET balance = ?, held = ?, allowed = ?, version = ?, last_entry = ?, line = ?, hash = ? WHERE number = ?',
    );
    this.charge = database.prepare(
      'SELECT kind, key, account, amount, state, expires_at_ms AS expiresAtMs, asked FROM charge WHERE kind = ? AND key = ?',
    );
    this.writeCharge = database.prepare(`
      INSERT INTO charge (kind, key, account, amount, state, expires_at_ms, asked) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (kind, key) DO UPDATE SET account = excluded.account, amount = excluded.amount, state = excluded.state,
        expires_at_ms = excluded.expires_at_ms, asked = excluded.asked`);
    this.post = database.prepare(`
      INSERT INTO entry (reason, key, from_account, to_account, amount, posted_at_ms, line, previous, balance, hash)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.allowance = database.prepare(
      'SELECT allowance_id AS allowanceId, account, amount, expires_at_ms AS expiresAtMs FROM allowance WHERE allowance_id = ?',
    );
    this.writeAllowance = database.prepare(`
      INSERT INTO allowance (allowance_id, account, amount, expires_at_ms) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET amount = excluded.amount`);
    this.dropAllowance = database.prepare('DELETE FROM allowance WHERE allowance_id = ?');
    this.topups = new TopupStatements(database);
    this.adjustments = new AdjustmentStatements(database);
    this.issued = this.#systemAccount('issued').number;
    this.spent = this.#systemAccount('spent').number;
  }

  #systemAccount(name: 'issued' | 'spent'): StoredAccount {
    const account = this.accountByOwner.get(name);
    if (account === undefined) throw new Error(`the ledger has no account ${name}`);
    return account;
  }
}

/**
 * The ledger inside one job of the group commit. Accounts and allowances are read once and written once a job, whatever the size of its batch:
 * call {@link close} at its end.
 */
export class SqlBook implements Book {
  readonly #sql: LedgerStatements;
  readonly #openingCredits: number;
  readonly #nowMs: number;
  readonly #byNumber = new Map<number, StoredAccount>();
  readonly #byOwner = new Map<string, StoredAccount>();
  readonly #allowances = new Map<string, Allowance | null>();

  constructor(sql: LedgerStatements, openingCredits: number, nowMs: number) {
    this.#sql = sql;
    this.#openingCredits = openingCredits;
    this.#nowMs = nowMs;
  }

  account(owner: UserId): StoredAccount {
    return this.knownAccount(owner) ?? this.#open(owner);
  }

  knownAccount(owner: UserId): StoredAccount | null {
    const cached = this.#byOwner.get(owner);
    if (cached !== undefined) return cached;
    const read = this.#sql.accountByOwner.get(owner);
    return read === undefined ? null : this.#keepAtHand(read, owner);
  }

  accountOf(charge: { readonly account: number }): StoredAccount {
    return this.#numbered(charge.account);
  }

  charge(kind: ChargeKind, key: string): Charge | null {
    return this.#sql.charge.get(kind, key) ?? null;
  }

  keep(charge: Charge): void {
    const { kind, key, account, amount, state, expiresAtMs, asked } = charge;
    this.#sql.writeCharge.run(kind, key, account, amount, state, expiresAtMs, asked);
  }

  spend(charge: Charge): void {
    this.#post(charge.kind, charge.key, this.accountOf(charge), this.#numbered(this.#sql.spent), charge.amount);
  }

  topup(topupId: TopupId): TopupRecord | null {
    return this.#sql.topups.byId.get(topupId) ?? null;
  }

  openTopups(account: number): number {
    return this.#sql.topups.countOpen.get(account) ?? 0;
  }

  openTopup(topup: TopupRecord): void {
    const { topupId, account, amount, reference, note, requestedAtMs } = topup;
    this.#sql.topups.open.run(topupId, account, amount, reference, note, requestedAtMs);
  }

  endTopup({ topupId, state, endedAtMs, decidedBy, reason }: TopupRecord): void {
    this.#sql.topups.end.run(state, endedAtMs, decidedBy, reason, topupId);
  }

  issue(topup: TopupRecord): void {
    const account = this.#numbered(topup.account);
    this.#post('top-up', topup.topupId, this.#numbered(this.#sql.issued), account, topup.amount);
    account.version += 1;
  }

  adjustment(deedId: DeedId): AdjustmentRecord | null {
    return this.#sql.adjustments.byId.get(deedId) ?? null;
  }

  adjust({ deedId, account: number, amount, byUserId, reason }: AdjustmentRecord): void {
    const [account, issued] = [this.#numbered(number), this.#numbered(this.#sql.issued)];
    this.#sql.adjustments.write.run(deedId, number, amount, byUserId, reason, this.#nowMs);
    const [from, to] = amount < 0 ? [account, issued] : [issued, account];
    this.#post('adjustment', deedId, from, to, Math.abs(amount));
    account.version += 1;
  }

  allowance(allowanceId: AllowanceId): Allowance | null {
    let allowance = this.#allowances.get(allowanceId);
    if (allowance === undefined) {
      allowance = this.#sql.allowance.get(allowanceId) ?? null;
      this.#allowances.set(allowanceId, allowance);
    }
    return allowance;
  }

  keepAllowance(allowance: Allowance): void {
    this.#allowances.set(allowance.allowanceId, allowance);
  }

  dropAllowance(allowance: Allowance): void {
    this.#allowances.set(allowance.allowanceId, null);
    this.#sql.dropAllowance.run(allowance.allowanceId);
  }

  /** Writes the accounts and allowances that were worked on. */
  close(): void {
    for (const { number, balance, held, allowed, version, lastEntry, line, hash } of this.#byNumber.values()) {
      this.#sql.writeAccount.run(balance, held, allowed, version, lastEntry, line, hash, number);
    }
    for (const allowance of this.#allowances.values()) {
      if (allowance === null) continue;
      const { allowanceId, account, amount, expiresAtMs } = allowance;
      this.#sql.writeAllowance.run(allowanceId, account, amount, expiresAtMs);
    }
  }

  #open(owner: UserId): StoredAccount {
    const number = Number(this.#sql.openAccount.run(owner, this.#nowMs).lastInsertRowid);
    const account = this.#keepAtHand(
      { number, owner, balance: 0, held: 0, allowed: 0, version: 1, lastEntry: 0, line: 0, hash: Buffer.alloc(32) },
      owner,
    );
    this.#post('opening', owner, this.#numbered(this.#sql.issued), account, this.#openingCredits);
    return account;
  }

  /** Of the two accounts one is the system's; for the other, the user's, the entry is a line. */
  #post(reason: string, key: string, from: StoredAccount, to: StoredAccount, amount: number): void {
    from.balance -= amount;
    to.balance += amount;
    const { issued, spent } = this.#sql;
    const isGiven = from.number === issued || from.number === spent;
    const user = isGiven ? to : from;
    const line = user.line + 1;
    const previous = user.lastEntry;
    const { owner: userId, balance } = user;
    const atMs = this.#nowMs;
    // Nothing taken is nothing, not minus nothing.
    const change = isGiven || amount === 0 ? amount : -amount;
    const hash = hashLine(user.hash, { userId, line, reason, key, amount: change, balance, atMs });
    const posted = this.#sql.post.run(reason, key, from.number, to.number, amount, atMs, line, previous, balance, hash);
    user.lastEntry = Number(posted.lastInsertRowid);
    user.line = line;
    user.hash = hash;
  }

  #numbered(number: number): StoredAccount {
    const cached = this.#byNumber.get(number);
    if (cached !== undefined) return cached;
    const read = this.#sql.accountByNumber.get(number);
    if (read === undefined) throw new Error('a charge without its account');
    return this.#keepAtHand(read);
  }

  #keepAtHand(read: StoredAccount, owner?: UserId): StoredAccount {
    // One object an account: the same one may be asked for by its owner and by its number.
    const account = this.#byNumber.get(read.number) ?? read;
    this.#byNumber.set(account.number, account);
    if (owner !== undefined) this.#byOwner.set(owner, account);
    return account;
  }
}
