import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The mailbox. `message` keeps what was sealed, by a gapless `seq` in each conversation; `device_head` is where each device's
 * chain stands (PROTOCOL 5); `receipt` is the newest receipt of each device. The envelope lies last in its row, so that the
 * columns before it are read without it.
 */
export class OpenMessaging1796000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE conversation (
        conversation_id TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('direct')),
        last_seq INTEGER NOT NULL DEFAULT 0,
        created_at_ms INTEGER NOT NULL,
        last_at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID`);
    await runner.query(`
      CREATE TABLE member (
        conversation_id TEXT NOT NULL REFERENCES conversation (conversation_id),
        user_id TEXT NOT NULL,
        PRIMARY KEY (conversation_id, user_id)
      ) STRICT, WITHOUT ROWID`);
    await runner.query('CREATE INDEX member_user ON member (user_id, conversation_id)');
    await runner.query(`
      CREATE TABLE message (
        conversation_id TEXT NOT NULL REFERENCES conversation (conversation_id),
        seq INTEGER NOT NULL CHECK (seq > 0),
        message_id TEXT NOT NULL,
        sender_user TEXT NOT NULL,
        sender_device TEXT NOT NULL,
        sender_seq INTEGER NOT NULL,
        envelope_hash BLOB NOT NULL CHECK (length(envelope_hash) = 32),
        accepted_at_ms INTEGER NOT NULL,
        envelope BLOB NOT NULL
      ) STRICT`);
    await runner.query('CREATE UNIQUE INDEX message_position ON message (conversation_id, seq)');
    await runner.query('CREATE UNIQUE INDEX message_identity ON message (message_id)');
    await runner.query(`
      CREATE TABLE device_head (
        conversation_id TEXT NOT NULL REFERENCES conversation (conversation_id),
        device_id TEXT NOT NULL,
        sender_seq INTEGER NOT NULL,
        envelope_hash BLOB NOT NULL CHECK (length(envelope_hash) = 32),
        PRIMARY KEY (conversation_id, device_id)
      ) STRICT, WITHOUT ROWID`);
    await runner.query(`
      CREATE TABLE receipt (
        conversation_id TEXT NOT NULL REFERENCES conversation (conversation_id),
        device_id TEXT NOT NULL,
        user_id TEXT NOT NULL,
        sender_seq INTEGER NOT NULL,
        envelope BLOB NOT NULL
      ) STRICT`);
    await runner.query('CREATE UNIQUE INDEX receipt_device ON receipt (conversation_id, device_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['receipt', 'device_head', 'message', 'member', 'conversation']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
