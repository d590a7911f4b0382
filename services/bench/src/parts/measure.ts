import { summarize } from '../load/latencies.js';

/** One thing that was measured, as `--json` prints it; times in milliseconds, null where there is none. */
export interface Measure {
  readonly what: string;
  readonly count: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
  /** What the bare servers needed for the same. */
  readonly floorP99: number | null;
  /** The p99 that is to be kept under. */
  readonly markMs: number | null;
  /** Whether nothing was wrong and the mark was kept. */
  readonly holds: boolean;
  /** What must not be: something lost, twice, refused. */
  readonly faults: readonly string[];
}

export interface Measured {
  readonly what: string;
  readonly times: readonly number[];
  readonly floorTimes?: readonly number[];
  readonly markMs?: number;
  readonly faults?: readonly string[];
}

export function measureOf({ what, times, floorTimes, markMs, faults = [] }: Measured): Measure {
  const { p50, p99, max } = summarize(Float64Array.from(times));
  const shown = (value: number): number | null => (Number.isNaN(value) ? null : Number(value.toFixed(1)));
  const floorP99 = floorTimes === undefined ? null : shown(summarize(Float64Array.from(floorTimes)).p99);
  return {
    what,
    count: times.length,
    p50: shown(p50),
    p99: shown(p99),
    max: shown(max),
    floorP99,
    markMs: markMs ?? null,
    holds: faults.length === 0 && (markMs === undefined || p99 < markMs),
    faults,
  };
}

const WIDTHS = [44, 6, 8, 8, 8, 10, 8, 0];
const COLUMNS = ['', 'times', 'p50', 'p99', 'max', 'floor p99', 'mark', 'verdict'];

export function measureHead(): string {
  return row(COLUMNS);
}

export function measureLine({ what, count, p50, p99, max, floorP99, markMs, holds, faults }: Measure): string {
  const verdict = faults.length > 0 ? faults.join(', ') : markMs === null ? '' : holds ? 'holds' : 'not held';
  const cells = [p50, p99, max, floorP99, markMs].map((value) => (value === null ? '-' : String(value)));
  return row([what, String(count), ...cells, verdict]);
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, index) => (index === 0 ? cell.padEnd(WIDTHS[0]!) : cell.padStart(WIDTHS[index]!)))
    .join('  ')
    .trimEnd();
}
