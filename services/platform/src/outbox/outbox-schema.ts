import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tables of the outbox. Put this class first into the migrations of a store that has an outbox.
 * `outbox`: one row for everything that other services must still be told. `outbox_owner`: which replicas are alive.
 */
export class OpenOutbox1794000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        topic TEXT NOT NULL,
        payload TEXT NOT NULL,
        owner TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        due_at_ms INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0
      ) STRICT`);
    await runner.query('CREATE INDEX outbox_due ON outbox (owner, due_at_ms)');
    await runner.query(
      'CREATE TABLE outbox_owner (owner TEXT PRIMARY KEY, alive_at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE outbox_owner');
    await runner.query('DROP TABLE outbox');
  }
}
