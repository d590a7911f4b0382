import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counts of relayed signals by the hour. There is no column for whom or from whom, so that none can be filled. */
export class OpenRelayHours1795000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE relay_hour (
        hour_at_ms INTEGER NOT NULL CHECK (hour_at_ms % 3600000 = 0),
        outcome TEXT NOT NULL CHECK (outcome IN ('reached', 'unreached', 'refused')),
        signals INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        PRIMARY KEY (hour_at_ms, outcome)
      ) STRICT, WITHOUT ROWID`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE relay_hour');
  }
}
