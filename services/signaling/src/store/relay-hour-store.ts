import type { Store } from '@secureconnect/platform/store/store';
import type Sqlite from 'better-sqlite3';
import { And, LessThan, MoreThanOrEqual } from 'typeorm';
import { HOUR_MS, hourOf, type RelayHour } from '../relay/relay-hour.js';
import { RelayHourRow } from './signaling-entities.js';

const ADD = `
  INSERT INTO relay_hour (hour_at_ms, outcome, signals, bytes) VALUES (?, ?, ?, ?)
  ON CONFLICT (hour_at_ms, outcome) DO UPDATE SET signals = signals + excluded.signals, bytes = bytes + excluded.bytes`;

/** What was relayed, by the hour; all replicas add to one store. */
export class RelayHourStore {
  readonly #add = new WeakMap<Sqlite.Database, Sqlite.Statement>();

  constructor(private readonly store: Store) {}

  /** Adds counts to those that are there: all of them or none. */
  async add(hours: readonly RelayHour[]): Promise<void> {
    await this.store.writes.commit((database) => {
      const add = this.#add.get(database) ?? database.prepare(ADD);
      this.#add.set(database, add);
      for (const { hourAtMs, outcome, signals, bytes } of hours) add.run(hourAtMs, outcome, signals, bytes);
    });
  }

  /** The counts of so many hours, from the one that `fromMs` lies in, by rising hour. */
  from(fromMs: number, hours: number): Promise<RelayHour[]> {
    const first = hourOf(fromMs);
    return this.store.reads.find(RelayHourRow, {
      where: { hourAtMs: And(MoreThanOrEqual(first), LessThan(first + hours * HOUR_MS)) },
      order: { hourAtMs: 'ASC', outcome: 'ASC' },
    });
  }
}
