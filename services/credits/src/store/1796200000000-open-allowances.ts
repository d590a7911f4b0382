import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Credits that are set aside for a process of the gateway. A row ends with its allowance: what was spent of it stands in `entry`. */
export class OpenAllowances1796200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE account ADD COLUMN allowed INTEGER NOT NULL DEFAULT 0 CHECK (allowed >= 0)');
    await runner.query(`
      CREATE TABLE allowance (
        allowance_id TEXT PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account (number),
        amount INTEGER NOT NULL CHECK (amount >= 0),
        expires_at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID`);
    await runner.query('CREATE INDEX allowance_expiry ON allowance (expires_at_ms)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE allowance');
    await runner.query('ALTER TABLE account DROP COLUMN allowed');
  }
}
