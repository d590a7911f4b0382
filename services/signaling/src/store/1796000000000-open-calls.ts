import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Calls that go on: who started each, for what price, and whether anybody was heard. A row is gone as soon as its call is over; there is no
 * column for whom it was to, for how long it took, or for what was said.
 */
export class OpenCalls1796000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE open_call (
        call_id TEXT NOT NULL PRIMARY KEY,
        conversation_id TEXT NOT NULL,
        user_id TEXT NOT NULL,
        device_id TEXT NOT NULL,
        price INTEGER NOT NULL CHECK (price >= 0),
        state TEXT NOT NULL CHECK (state IN ('started', 'connected')),
        started_at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID`);
    await runner.query('CREATE INDEX open_call_started ON open_call (state, started_at_ms)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE open_call');
  }
}
