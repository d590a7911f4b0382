import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The ledger. `entry` is double-entry by construction: every row takes an amount from one account and gives it to another, so
 * the sum of all accounts is zero whatever is written. Rows of it are never changed and never deleted, and (reason, key) is
 * unique: no key is charged twice, whatever the code above does. `account` and `charge` say where things stand.
 */
export class OpenLedger1795000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE account (
        number INTEGER PRIMARY KEY,
        owner TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('system', 'user')),
        balance INTEGER NOT NULL DEFAULT 0,
        held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
        version INTEGER NOT NULL DEFAULT 0,
        opened_at_ms INTEGER NOT NULL
      ) STRICT`);
    await runner.query(`
      CREATE TABLE entry (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        reason TEXT NOT NULL,
        key TEXT NOT NULL,
        from_account INTEGER NOT NULL REFERENCES account (number),
        to_account INTEGER NOT NULL REFERENCES account (number),
        amount INTEGER NOT NULL CHECK (amount >= 0),
        posted_at_ms INTEGER NOT NULL,
        CHECK (from_account <> to_account),
        UNIQUE (reason, key)
      ) STRICT`);
    await runner.query(`
      CREATE TABLE charge (
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        account INTEGER NOT NULL REFERENCES account (number),
        amount INTEGER NOT NULL CHECK (amount >= 0),
        state TEXT NOT NULL CHECK (state IN ('held', 'captured', 'released')),
        expires_at_ms INTEGER NOT NULL,
        PRIMARY KEY (kind, key)
      ) STRICT, WITHOUT ROWID`);
    await runner.query(`CREATE INDEX charge_held ON charge (expires_at_ms) WHERE state = 'held'`);
    for (const change of ['UPDATE', 'DELETE']) {
      await runner.query(`
        CREATE TRIGGER entry_no_${change.toLowerCase()} BEFORE ${change} ON entry
        BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END`);
    }
    // REPLACE deletes without asking the triggers above.
    await runner.query(`
      CREATE TRIGGER entry_no_replace BEFORE INSERT ON entry
      WHEN EXISTS (SELECT 1 FROM entry WHERE id = NEW.id OR (reason = NEW.reason AND key = NEW.key))
      BEGIN SELECT RAISE(ABORT, 'a key has one entry'); END`);
    await runner.query(`
      CREATE TRIGGER charge_no_replace BEFORE INSERT ON charge
      WHEN EXISTS (SELECT 1 FROM charge WHERE kind = NEW.kind AND key = NEW.key AND state = 'captured')
      BEGIN SELECT RAISE(ABORT, 'a captured charge is final'); END`);
    await runner.query(`
      CREATE TRIGGER charge_captured_stays BEFORE UPDATE ON charge WHEN OLD.state = 'captured'
      BEGIN SELECT RAISE(ABORT, 'a captured charge is final'); END`);
    await runner.query(`
      CREATE TRIGGER charge_no_delete BEFORE DELETE ON charge
      BEGIN SELECT RAISE(ABORT, 'charges are never deleted'); END`);
    await runner.query(`
      CREATE TRIGGER account_no_delete BEFORE DELETE ON account
      BEGIN SELECT RAISE(ABORT, 'accounts are never deleted'); END`);
    await runner.query(
      `INSERT INTO account (owner, kind, opened_at_ms) VALUES ('issued', 'system', 0), ('spent', 'system', 0)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['charge', 'entry', 'account']) await runner.query(`DROP TABLE ${table}`);
  }
}
