import type { MigrationInterface, QueryRunner } from 'typeorm';

const HOUR = (row: string) => `${row}.posted_at_ms - ${row}.posted_at_ms % 3600000`;
/** What an entry moved; below zero where it took back what was issued. */
const MOVED = (row: string) =>
  `iif(${row}.to_account = (SELECT number FROM account WHERE owner = 'issued'), -${row}.amount, ${row}.amount)`;

/** How many entries each hour has, and of what: counted where they are written, so that statistics read no ledger. The audit counts them anew. */
export class CountHours1797400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE hour_total (
        hour_at_ms INTEGER NOT NULL,
        reason TEXT NOT NULL,
        count INTEGER NOT NULL,
        amount INTEGER NOT NULL,
        PRIMARY KEY (hour_at_ms, reason)
      ) STRICT, WITHOUT ROWID`);
    await runner.query(`
      INSERT INTO hour_total (hour_at_ms, reason, count, amount)
      SELECT ${HOUR('e')}, e.reason, count(*), sum(${MOVED('e')}) FROM entry e GROUP BY 1, 2`);
    await runner.query(`
      CREATE TRIGGER entry_counted AFTER INSERT ON entry BEGIN
        INSERT INTO hour_total (hour_at_ms, reason, count, amount) VALUES (${HOUR('NEW')}, NEW.reason, 1, ${MOVED('NEW')})
        ON CONFLICT DO UPDATE SET count = count + 1, amount = amount + excluded.amount;
      END`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER entry_counted');
    await runner.query('DROP TABLE hour_total');
  }
}
