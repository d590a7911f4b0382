import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators gave to accounts and took from them, once for each id. Nothing of it is changed or forgotten. */
export class OpenAdjustments1797200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE adjustment (
        deed_id TEXT PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account (number),
        amount INTEGER NOT NULL CHECK (amount <> 0),
        by_user_id TEXT NOT NULL,
        reason TEXT NOT NULL,
        at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID`);
    for (const change of ['UPDATE', 'DELETE']) {
      await runner.query(`
        CREATE TRIGGER adjustment_no_${change.toLowerCase()} BEFORE ${change} ON adjustment
        BEGIN SELECT RAISE(ABORT, 'adjustments are never changed'); END`);
    }
    await runner.query(`
      CREATE TRIGGER adjustment_no_replace BEFORE INSERT ON adjustment
      WHEN EXISTS (SELECT 1 FROM adjustment WHERE deed_id = NEW.deed_id)
      BEGIN SELECT RAISE(ABORT, 'an adjustment is made once'); END`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE adjustment');
  }
}
