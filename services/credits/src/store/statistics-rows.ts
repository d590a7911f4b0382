import type { CreditsStatistics, HourTotals } from '@secureconnect/contracts/statistics';
import type { Store } from '@secureconnect/platform/store/store';
import type Sqlite from 'better-sqlite3';

interface Total {
  hourAtMs: number;
  reason: string;
  count: number;
  amount: number;
}

const COUNTED: Readonly<Record<string, 'messages' | 'groupMessages' | 'calls'>> = {
  message: 'messages',
  'group-message': 'groupMessages',
  call: 'calls',
};

/** Totals of what is committed: of accounts that are the system's, of requests that wait, and of hours. No ledger is read for them. */
export class StatisticsRows {
  readonly #balance: Sqlite.Statement<[string], number>;
  readonly #held: Sqlite.Statement<[], number>;
  readonly #waiting: Sqlite.Statement<[], CreditsStatistics['topups']>;
  readonly #hours: Sqlite.Statement<[number], Total>;

  constructor({ reader }: Store) {
    this.#balance = reader.prepare<[string], number>('SELECT balance FROM account WHERE owner = ?').pluck();
    this.#held = reader.prepare<[], number>(`SELECT coalesce(sum(amount), 0) FROM charge WHERE state = 'held'`).pluck();
    this.#waiting = reader.prepare(
      `SELECT count(*) AS waiting, coalesce(sum(amount), 0) AS amount, min(requested_at_ms) AS oldestAtMs
       FROM topup WHERE state = 'requested'`,
    );
    this.#hours = reader.prepare(
      'SELECT hour_at_ms AS hourAtMs, reason, count, amount FROM hour_total WHERE hour_at_ms >= ? ORDER BY hour_at_ms',
    );
  }

  /** @param fromMs - of the hours, those that begin then or later */
  since(fromMs: number): CreditsStatistics {
    return {
      issued: -(this.#balance.get('issued') ?? 0),
      spent: this.#balance.get('spent') ?? 0,
      held: this.#held.get() ?? 0,
      topups: this.#waiting.get() ?? { waiting: 0, amount: 0, oldestAtMs: null },
      hours: this.#hoursFrom(fromMs),
    };
  }

  #hoursFrom(fromMs: number): HourTotals[] {
    const hours = new Map<number, HourTotals>();
    for (const { hourAtMs, reason, count, amount } of this.#hours.all(fromMs)) {
      const hour = hours.get(hourAtMs) ?? { hourAtMs, messages: 0, groupMessages: 0, calls: 0, issued: 0, spent: 0 };
      hours.set(hourAtMs, hour);
      const counted = COUNTED[reason];
      if (counted === undefined) hour.issued += amount;
      else {
        hour[counted] += count;
        hour.spent += amount;
      }
    }
    return [...hours.values()];
  }
}
