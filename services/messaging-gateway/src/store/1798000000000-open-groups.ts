import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Groups (PROTOCOL 6). `group_log` and `group_epoch` keep what was signed, `epoch_wrap` what was sealed for each member.
 * `group_head` and `group_member` are what the log comes to, so that nobody has to play it from the beginning; a member's row is kept
 * after the end of the membership, for it says what of the history that user may read. `member` names those of now, as ever.
 */
export class OpenGroups1798000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE conversation DROP COLUMN kind');
    await runner.query(
      `ALTER TABLE conversation ADD COLUMN kind TEXT NOT NULL DEFAULT 'direct' CHECK (kind IN ('direct', 'group'))`,
    );
    await runner.query('ALTER TABLE receipt ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0');
    await runner.query(`
      CREATE TABLE group_head (
        conversation_id TEXT PRIMARY KEY REFERENCES conversation (conversation_id),
        creator TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        log_seq INTEGER NOT NULL,
        entry_hash BLOB NOT NULL CHECK (length(entry_hash) = 32),
        name_seq INTEGER NOT NULL,
        anyone_renames INTEGER NOT NULL,
        epoch INTEGER NOT NULL DEFAULT 0,
        epoch_hash BLOB,
        epoch_log_seq INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID`);
    await runner.query(`
      CREATE TABLE group_log (
        conversation_id TEXT NOT NULL REFERENCES conversation (conversation_id),
        log_seq INTEGER NOT NULL CHECK (log_seq > 0),
        entry BLOB NOT NULL
      ) STRICT`);
    await runner.query('CREATE UNIQUE INDEX group_log_position ON group_log (conversation_id, log_seq)');
    await runner.query(`
      CREATE TABLE group_member (
        conversation_id TEXT NOT NULL REFERENCES conversation (conversation_id),
        user_id TEXT NOT NULL,
        since_log_seq INTEGER NOT NULL,
        since_seq INTEGER NOT NULL,
        since_epoch INTEGER NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
        pin BLOB NOT NULL CHECK (length(pin) = 32),
        bundle_ver INTEGER NOT NULL,
        bundle_hash BLOB NOT NULL CHECK (length(bundle_hash) = 32),
        until_log_seq INTEGER,
        until_seq INTEGER,
        until_epoch INTEGER,
        until_at_ms INTEGER,
        PRIMARY KEY (conversation_id, user_id, since_log_seq)
      ) STRICT, WITHOUT ROWID`);
    await runner.query('CREATE INDEX group_member_user ON group_member (user_id, conversation_id)');
    await runner.query(`
      CREATE TABLE group_epoch (
        conversation_id TEXT NOT NULL REFERENCES conversation (conversation_id),
        epoch INTEGER NOT NULL CHECK (epoch > 0),
        size INTEGER NOT NULL,
        accepted_at_ms INTEGER NOT NULL,
        bytes BLOB NOT NULL
      ) STRICT`);
    await runner.query('CREATE UNIQUE INDEX group_epoch_number ON group_epoch (conversation_id, epoch)');
    await runner.query(`
      CREATE TABLE epoch_wrap (
        conversation_id TEXT NOT NULL REFERENCES conversation (conversation_id),
        epoch INTEGER NOT NULL,
        user_id TEXT NOT NULL,
        leaf INTEGER NOT NULL,
        path BLOB NOT NULL CHECK (length(path) % 32 = 0),
        wrap BLOB NOT NULL
      ) STRICT`);
    await runner.query('CREATE UNIQUE INDEX epoch_wrap_reader ON epoch_wrap (conversation_id, epoch, user_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['epoch_wrap', 'group_epoch', 'group_member', 'group_log', 'group_head']) {
      await runner.query(`DROP TABLE ${table}`);
    }
    await runner.query('ALTER TABLE receipt DROP COLUMN epoch');
  }
}
