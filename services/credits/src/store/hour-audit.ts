export interface HourTotal {
  readonly hourAtMs: number;
  readonly reason: string;
  readonly count: number;
  readonly amount: number;
}

const HOUR_MS = 3_600_000;

/** Counts entries by hour and reason anew, beside what was counted when they were written. */
export class HourAudit {
  readonly #hours = new Map<string, { count: number; amount: number }>();

  /** @param moved - credits; below zero for what was taken back */
  follow(reason: string, atMs: number, moved: number): void {
    const key = keyOf(atMs - (atMs % HOUR_MS), reason);
    const hour = this.#hours.get(key);
    if (hour === undefined) {
      this.#hours.set(key, { count: 1, amount: moved });
      return;
    }
    hour.count++;
    hour.amount += moved;
  }

  /** How many of these do not say what was counted, or were not counted, or are missing. */
  wrongAmong(totals: readonly HourTotal[]): number {
    const wrong = totals.filter(({ hourAtMs, reason, count, amount }) => {
      const hour = this.#hours.get(keyOf(hourAtMs, reason));
      return hour?.count !== count || hour.amount !== amount;
    });
    const listed = new Set(totals.map(({ hourAtMs, reason }) => keyOf(hourAtMs, reason)));
    return wrong.length + [...this.#hours.keys()].filter((key) => !listed.has(key)).length;
  }
}

const keyOf = (hourAtMs: number, reason: string) => `${hourAtMs.toString()} ${reason}`;
