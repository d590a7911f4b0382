import type { MigrationInterface, QueryRunner } from 'typeorm';

/** First schema of the auth store. Ids are 32 hex characters, times milliseconds. */
export class OpenAuth1794100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of SCHEMA) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['vault_item', 'vault', 'session', 'revocation', 'device', 'bundle', 'account']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}

const SCHEMA = [
  `CREATE TABLE account (
    user_id TEXT PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    email TEXT,
    role TEXT NOT NULL CHECK (role IN ('user', 'admin')),
    kdf_params TEXT NOT NULL,
    verifier TEXT NOT NULL,
    server_share TEXT NOT NULL,
    joined_at_ms INTEGER NOT NULL,
    banned INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX account_joined ON account (joined_at_ms)',
  'CREATE INDEX account_email ON account (email)',
  `CREATE TABLE bundle (
    user_id TEXT NOT NULL REFERENCES account (user_id),
    bundle_ver INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (user_id, bundle_ver)
  ) STRICT`,
  `CREATE TABLE device (
    device_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES account (user_id),
    cert BLOB NOT NULL,
    published_at_ms INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX device_of_user ON device (user_id)',
  `CREATE TABLE revocation (
    device_id TEXT PRIMARY KEY REFERENCES device (device_id),
    user_id TEXT NOT NULL REFERENCES account (user_id),
    bytes BLOB NOT NULL
  ) STRICT`,
  'CREATE INDEX revocation_of_user ON revocation (user_id)',
  `CREATE TABLE session (
    session_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES account (user_id),
    device_id TEXT REFERENCES device (device_id),
    generation INTEGER NOT NULL,
    rotated_at_ms INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX session_of_user ON session (user_id)',
  'CREATE INDEX session_expiry ON session (expires_at_ms)',
  `CREATE TABLE vault (
    user_id TEXT PRIMARY KEY REFERENCES account (user_id),
    seq INTEGER NOT NULL,
    header BLOB NOT NULL,
    head BLOB NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE vault_item (
    user_id TEXT NOT NULL REFERENCES account (user_id),
    item_id TEXT NOT NULL,
    bytes BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (user_id, item_id)
  ) STRICT`,
];
