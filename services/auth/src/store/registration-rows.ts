import type { RegistrationMode } from '@secureconnect/contracts/registration';
import type { Store } from '@secureconnect/platform/store/store';
import type Sqlite from 'better-sqlite3';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators have decided about registrations: one row, or none as long as nobody has. */
export class DecideRegistration1797500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE registration (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        mode TEXT NOT NULL CHECK (mode IN ('open', 'closed')),
        decided_at_ms INTEGER NOT NULL
      ) STRICT`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE registration');
  }
}

/** The decision, as it is committed: every replica of auth reads the same. */
export class RegistrationRows {
  readonly #mode: Sqlite.Statement<[], RegistrationMode>;

  constructor(private readonly store: Store) {
    this.#mode = store.reader.prepare<[], RegistrationMode>('SELECT mode FROM registration').pluck();
  }

  /** null as long as nobody has decided. */
  get mode(): RegistrationMode | null {
    return this.#mode.get() ?? null;
  }

  async decide(mode: RegistrationMode, nowMs: number): Promise<void> {
    await this.store.writes.commit((database) => {
      database
        .prepare(
          `INSERT INTO registration (only, mode, decided_at_ms) VALUES (1, ?, ?)
           ON CONFLICT DO UPDATE SET mode = excluded.mode, decided_at_ms = excluded.decided_at_ms`,
        )
        .run(mode, nowMs);
    });
  }
}
