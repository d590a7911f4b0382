import type { AllowanceId, UserId } from '@secureconnect/contracts/ids';
import type { ChargeKind } from '@secureconnect/contracts/internal';
import type Sqlite from 'better-sqlite3';
import type { Account, Allowance, Book, Charge } from '../ledger/book.js';

/** Statements of the ledger's hot path, prepared once for a database. */
export class LedgerStatements {
  readonly accountByOwner: Sqlite.Statement<[string], Account>;
  readonly accountByNumber: Sqlite.Statement<[number], Account>;
  readonly openAccount: Sqlite.Statement<[string, number]>;
  readonly writeAccount: Sqlite.Statement<[number, number, number, number, number]>;
  readonly charge: Sqlite.Statement<[string, string], Charge>;
  readonly writeCharge: Sqlite.Statement<[string, string, number, number, string, number, number]>;
  readonly post: Sqlite.Statement<[string, string, number, number, number, number]>;
  readonly allowance: Sqlite.Statement<[string], Allowance>;
  readonly writeAllowance: Sqlite.Statement<[string, number, number, number]>;
  readonly dropAllowance: Sqlite.Statement<[string]>;
  /** Numbers of the system's accounts. */
  readonly issued: number;
  readonly spent: number;

  constructor(database: Sqlite.Database) {
    const account = 'SELECT number, balance, held, allowed, version FROM account';
    this.accountByOwner = database.prepare(`${account} WHERE owner = ?`);
    this.accountByNumber = database.prepare(`${account} WHERE number = ?`);
    this.openAccount = database.prepare(`INSERT INTO account (owner, kind, opened_at_ms) VALUES (?, 'user', ?)`);
    this.writeAccount = database.prepare(
      'UPDATE account SET balance = ?, held = ?, allowed = ?, version = ? WHERE number = ?',
    );
    this.charge = database.prepare(
      'SELECT kind, key, account, amount, state, expires_at_ms AS expiresAtMs, asked FROM charge WHERE kind = ? AND key = ?',
    );
    this.writeCharge = database.prepare(`
      INSERT INTO charge (kind, key, account, amount, state, expires_at_ms, asked) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (kind, key) DO UPDATE SET account = excluded.account, amount = excluded.amount, state = excluded.state,
        expires_at_ms = excluded.expires_at_ms, asked = excluded.asked`);
    this.post = database.prepare(
      'INSERT INTO entry (reason, key, from_account, to_account, amount, posted_at_ms) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.allowance = database.prepare(
      'SELECT allowance_id AS allowanceId, account, amount, expires_at_ms AS expiresAtMs FROM allowance WHERE allowance_id = ?',
    );
    this.writeAllowance = database.prepare(`
      INSERT INTO allowance (allowance_id, account, amount, expires_at_ms) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET amount = excluded.amount`);
    this.dropAllowance = database.prepare('DELETE FROM allowance WHERE allowance_id = ?');
    this.issued = this.#systemAccount('issued').number;
    this.spent = this.#systemAccount('spent').number;
  }

  #systemAccount(name: 'issued' | 'spent'): Account {
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
  readonly #byNumber = new Map<number, Account>();
  readonly #byOwner = new Map<string, Account>();
  readonly #allowances = new Map<string, Allowance | null>();

  constructor(sql: LedgerStatements, openingCredits: number, nowMs: number) {
    this.#sql = sql;
    this.#openingCredits = openingCredits;
    this.#nowMs = nowMs;
  }

  account(owner: UserId): Account {
    return this.knownAccount(owner) ?? this.#open(owner);
  }

  knownAccount(owner: UserId): Account | null {
    const cached = this.#byOwner.get(owner);
    if (cached !== undefined) return cached;
    const read = this.#sql.accountByOwner.get(owner);
    return read === undefined ? null : this.#keepAtHand(read, owner);
  }

  accountOf(charge: { readonly account: number }): Account {
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
    for (const { number, balance, held, allowed, version } of this.#byNumber.values()) {
      this.#sql.writeAccount.run(balance, held, allowed, version, number);
    }
    for (const allowance of this.#allowances.values()) {
      if (allowance === null) continue;
      const { allowanceId, account, amount, expiresAtMs } = allowance;
      this.#sql.writeAllowance.run(allowanceId, account, amount, expiresAtMs);
    }
  }

  #open(owner: UserId): Account {
    const number = Number(this.#sql.openAccount.run(owner, this.#nowMs).lastInsertRowid);
    const account = this.#keepAtHand({ number, balance: 0, held: 0, allowed: 0, version: 1 }, owner);
    this.#post('opening', owner, this.#numbered(this.#sql.issued), account, this.#openingCredits);
    return account;
  }

  #post(reason: string, key: string, from: Account, to: Account, amount: number): void {
    this.#sql.post.run(reason, key, from.number, to.number, amount, this.#nowMs);
    from.balance -= amount;
    to.balance += amount;
  }

  #numbered(number: number): Account {
    const cached = this.#byNumber.get(number);
    if (cached !== undefined) return cached;
    const read = this.#sql.accountByNumber.get(number);
    if (read === undefined) throw new Error('a charge without its account');
    return this.#keepAtHand(read);
  }

  #keepAtHand(read: Account, owner?: UserId): Account {
    // One object an account: the same one may be asked for by its owner and by its number.
    const account = this.#byNumber.get(read.number) ?? read;
    this.#byNumber.set(account.number, account);
    if (owner !== undefined) this.#byOwner.set(owner, account);
    return account;
  }
}
