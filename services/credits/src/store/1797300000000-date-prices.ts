import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What things cost, and from when. A row is a decision: it ends what was announced for the same time and after. Nothing of it is changed or
 * forgotten, and none is about a time before it was made. Of what things cost before there was a list, it says nothing.
 */
export class DatePrices1797300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE price (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        amount INTEGER NOT NULL CHECK (amount >= 0),
        from_ms INTEGER NOT NULL,
        decided_at_ms INTEGER NOT NULL CHECK (decided_at_ms <= from_ms)
      ) STRICT`);
    for (const change of ['UPDATE', 'DELETE']) {
      await runner.query(`
        CREATE TRIGGER price_no_${change.toLowerCase()} BEFORE ${change} ON price
        BEGIN SELECT RAISE(ABORT, 'prices are never changed, others follow'); END`);
    }
    await runner.query(`
      CREATE TRIGGER price_no_replace BEFORE INSERT ON price
      WHEN EXISTS (SELECT 1 FROM price WHERE number = NEW.number)
      BEGIN SELECT RAISE(ABORT, 'prices are never changed, others follow'); END`);
    await runner.query(`
      CREATE TRIGGER price_no_looking_back BEFORE INSERT ON price
      WHEN NEW.decided_at_ms < (SELECT max(decided_at_ms) FROM price)
      BEGIN SELECT RAISE(ABORT, 'prices are decided one after the other'); END`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE price');
  }
}
