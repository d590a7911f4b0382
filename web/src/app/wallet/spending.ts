import type { StatementLine } from '../keyring/statement';
import { daysBefore } from './statement-lines';

export interface Bar {
  /** Its first midnight, where the reader is. */
  readonly fromMs: number;
  readonly spent: number;
}

export interface Spending {
  readonly step: 'day' | 'week' | 'month';
  /** Rising in time, without gaps, the last one with now in it. */
  readonly bars: readonly Bar[];
  readonly total: number;
  /** The highest bar; null where nothing was spent. */
  readonly most: Bar | null;
}

const DAY_MS = 86_400_000;
const DAYS_MAX = 31;
const WEEKS_MAX = 27;
/** Ten years. */
const MONTHS_MAX = 120;

/**
 * What was spent, by day, week or month, whichever gives bars that can be told apart.
 * @param fromMs - where the picture begins; a clock that ran wild begins it no more than ten years ago
 */
export function spendingOf(lines: readonly StatementLine[], fromMs: number, nowMs: number): Spending {
  const days = Math.round((daysBefore(nowMs, 0) - daysBefore(fromMs, 0)) / DAY_MS) + 1;
  const step = days <= DAYS_MAX ? 'day' : days <= WEEKS_MAX * 7 ? 'week' : 'month';
  const starts = startsOf(step, fromMs, nowMs);
  const spent = starts.map(() => 0);
  for (const { amount, atMs } of lines) {
    if (amount >= 0) continue;
    const index = starts.findLastIndex((startMs) => startMs <= atMs);
    if (index !== -1) spent[index]! -= amount;
  }
  const bars = starts.map((startMs, index) => ({ fromMs: startMs, spent: spent[index]! }));
  const total = spent.reduce((sum, credits) => sum + credits, 0);
  const most = bars.reduce((high, bar) => (bar.spent > high.spent ? bar : high), bars[0]!);
  return { step, bars, total, most: total === 0 ? null : most };
}

function startsOf(step: Spending['step'], fromMs: number, nowMs: number): readonly number[] {
  const starts: number[] = [];
  const now = new Date(nowMs);
  for (let back = 0; back < MONTHS_MAX; back++) {
    const startMs =
      step === 'month'
        ? new Date(now.getFullYear(), now.getMonth() - back, 1).getTime()
        : daysBefore(nowMs, step === 'day' ? back : back * 7 + 6);
    starts.unshift(startMs);
    if (startMs <= fromMs) break;
  }
  return starts;
}
