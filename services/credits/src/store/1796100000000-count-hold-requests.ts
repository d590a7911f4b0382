import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Notes how often a hold was asked for: one that several count on is not given back because one of them does not need it. */
export class CountHoldRequests1796100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE charge ADD COLUMN asked INTEGER NOT NULL DEFAULT 1 CHECK (asked > 0)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE charge DROP COLUMN asked');
  }
}
