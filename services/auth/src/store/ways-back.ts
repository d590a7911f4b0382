import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Ways back into an account: a verifier of the recovery key, one-time codes to start fresh, when a session was last seen, and which
 * devices were left behind by a reset (their certificates stay, for history is verified with them).
 */
export class WaysBack1795100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE reset_code');
    await runner.query('ALTER TABLE device DROP COLUMN superseded');
    await runner.query('ALTER TABLE session DROP COLUMN last_seen_at_ms');
    await runner.query('ALTER TABLE account DROP COLUMN recovery_verifier');
  }
}

const STATEMENTS = [
  'ALTER TABLE account ADD COLUMN recovery_verifier TEXT',
  'ALTER TABLE session ADD COLUMN last_seen_at_ms INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE device ADD COLUMN superseded INTEGER NOT NULL DEFAULT 0',
  `CREATE TABLE reset_code (
    user_id TEXT PRIMARY KEY REFERENCES account (user_id),
    code_hash TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    made_by TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
];
