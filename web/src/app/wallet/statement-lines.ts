import type { StatementLine } from '../keyring/statement';

export const KINDS = ['all', 'message', 'call', 'top-up', 'other'] as const;
export type Kind = (typeof KINDS)[number];

export const RANGES = ['all', 'week', 'month', 'quarter'] as const;
export type Range = (typeof RANGES)[number];

const DAYS: Readonly<Record<Exclude<Range, 'all'>, number>> = { week: 7, month: 30, quarter: 90 };

const KIND_OF = new Map<string, Kind>([
  ['message', 'message'],
  ['group-message', 'message'],
  ['call', 'call'],
  ['top-up', 'top-up'],
]);

export const kindOf = ({ reason }: Pick<StatementLine, 'reason'>): Kind => KIND_OF.get(reason) ?? 'other';

/** Midnight, where the reader is, some days before that of `ms`: also over a change of the clocks. */
export function daysBefore(ms: number, days: number): number {
  const day = new Date(ms);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - days).getTime();
}

/** Where a range begins: today and whole days before it; null: with the first line. */
export const beginOf = (range: Range, nowMs: number): number | null =>
  range === 'all' ? null : daysBefore(nowMs, DAYS[range] - 1);

export function chosen(
  lines: readonly StatementLine[],
  { kind, range, nowMs }: { readonly kind: Kind; readonly range: Range; readonly nowMs: number },
): readonly StatementLine[] {
  const fromMs = beginOf(range, nowMs) ?? -Infinity;
  return lines.filter((line) => line.atMs >= fromMs && (kind === 'all' || kindOf(line) === kind));
}
