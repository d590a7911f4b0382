import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who shows presence (a row is the consent; without one nothing is kept), and whose device each chain belongs to: presence is told
 * to those alone that its owner has written to.
 */
export class ShowPresence1797000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE presence (
        user_id TEXT PRIMARY KEY,
        last_seen_at_ms INTEGER NOT NULL CHECK (last_seen_at_ms % 60000 = 0)
      ) STRICT, WITHOUT ROWID`);
    await runner.query(`ALTER TABLE device_head ADD COLUMN user_id TEXT NOT NULL DEFAULT ''`);
    await runner.query(`
      UPDATE device_head SET user_id = first.sender_user
      FROM (SELECT conversation_id, sender_device, sender_user FROM message WHERE sender_seq = 1) AS first
      WHERE first.conversation_id = device_head.conversation_id AND first.sender_device = device_head.device_id`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE device_head DROP COLUMN user_id');
    await runner.query('DROP TABLE presence');
  }
}
