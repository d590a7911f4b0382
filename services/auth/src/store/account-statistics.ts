import type { UsersStatistics } from '@secureconnect/contracts/statistics';
import type { Store } from '@secureconnect/platform/store/store';
import type Sqlite from 'better-sqlite3';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Closed accounts are few among many: an index of them alone counts them. */
export class CountedAccounts1797400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX account_closed ON account (deleted_at_ms, banned_until_ms) WHERE banned = 1');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX account_closed');
  }
}

/** How many accounts there are, and how many were made on which day. Read from indexes, no row of a person. */
export class AccountStatistics {
  readonly #here: Sqlite.Statement<[], number>;
  readonly #all: Sqlite.Statement<[], number>;
  readonly #banned: Sqlite.Statement<[number], number>;
  readonly #days: Sqlite.Statement<[number], UsersStatistics['days'][number]>;

  constructor({ reader }: Store) {
    this.#here = reader.prepare<[], number>('SELECT count(*) FROM account WHERE deleted_at_ms IS NULL').pluck();
    this.#all = reader.prepare<[], number>('SELECT count(*) FROM account').pluck();
    this.#banned = reader
      .prepare<[number], number>(
        `SELECT count(*) FROM account
         WHERE banned = 1 AND deleted_at_ms IS NULL AND (banned_until_ms IS NULL OR banned_until_ms > ?)`,
      )
      .pluck();
    this.#days = reader.prepare(
      `SELECT joined_at_ms - joined_at_ms % 86400000 AS dayAtMs, count(*) AS joined FROM account
       WHERE joined_at_ms >= ? GROUP BY 1 ORDER BY 1`,
    );
  }

  /** @param fromMs - accounts made then or later are listed by day */
  since(fromMs: number, nowMs: number): UsersStatistics {
    const [here, all, banned] = [this.#here.get() ?? 0, this.#all.get() ?? 0, this.#banned.get(nowMs) ?? 0];
    return { open: here - banned, banned, deleted: all - here, days: this.#days.all(fromMs) };
  }
}
