import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests for credits. What was decided or taken back is final, and nothing is forgotten. */
export class OpenTopups1797100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE topup (
        topup_id TEXT PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account (number),
        amount INTEGER NOT NULL CHECK (amount > 0),
        reference TEXT NOT NULL,
        note TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('requested', 'approved', 'rejected', 'withdrawn')),
        requested_at_ms INTEGER NOT NULL,
        ended_at_ms INTEGER CHECK ((ended_at_ms IS NULL) = (state = 'requested')),
        decided_by TEXT CHECK ((decided_by IS NOT NULL) = (state IN ('approved', 'rejected'))),
        reason TEXT CHECK ((reason IS NOT NULL) = (state IN ('approved', 'rejected')))
      ) STRICT, WITHOUT ROWID`);
    await runner.query('CREATE INDEX topup_of_account ON topup (account, requested_at_ms)');
    await runner.query('CREATE INDEX topup_queue ON topup (state, requested_at_ms)');
    await runner.query(`
      CREATE TRIGGER topup_ended_stays BEFORE UPDATE ON topup WHEN OLD.state <> 'requested'
        OR (OLD.topup_id, OLD.account, OLD.amount) <> (NEW.topup_id, NEW.account, NEW.amount)
      BEGIN SELECT RAISE(ABORT, 'a decision is final'); END`);
    await runner.query(`
      CREATE TRIGGER topup_no_replace BEFORE INSERT ON topup
      WHEN EXISTS (SELECT 1 FROM topup WHERE topup_id = NEW.topup_id)
      BEGIN SELECT RAISE(ABORT, 'a request is made once'); END`);
    await runner.query(`
      CREATE TRIGGER topup_no_delete BEFORE DELETE ON topup
      BEGIN SELECT RAISE(ABORT, 'requests are never deleted'); END`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE topup');
  }
}
