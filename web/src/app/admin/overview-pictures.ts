import type { StatisticsAnswer } from '@secureconnect/contracts/statistics';

import type { PictureRow } from '../design/bar-picture';
import { dateShort, startOfDay, timeOfDay } from '../platform/dates';
import { inFigures } from '../platform/words/plural';

export type Range = 'day' | 'week';
type Hour = NonNullable<StatisticsAnswer['credits']>['hours'][number];
type Day = NonNullable<StatisticsAnswer['users']>['days'][number];

export interface Step {
  readonly fromMs: number;
  readonly value: number;
}

/** What a picture of steps in time is drawn from. */
export interface Picture {
  readonly values: readonly number[];
  readonly total: number;
  readonly first: string;
  readonly last: string;
  /** The highest; null where there is nothing at all. */
  readonly most: { readonly value: number; readonly when: string } | null;
  /** The newest first, and those that are something. */
  readonly rows: readonly PictureRow[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HOURS = 24;
const DAYS_OF_WEEK = 7;
/** As many as the server counts. */
const DAYS_OF_MONTH = 31;

/** Hours of the last day, or days of the last week as the reader has them; the last one has now in it. */
export function hoursPicture(hours: readonly Hour[], of: (hour: Hour) => number, range: Range, nowMs: number): Picture {
  const starts = range === 'day' ? hourStarts(nowMs) : dayStarts(nowMs);
  const steps = starts.map((fromMs, index) => {
    const endMs = starts[index + 1] ?? Infinity;
    const inside = hours.filter(({ hourAtMs }) => hourAtMs >= fromMs && hourAtMs < endMs);
    return { fromMs, value: inside.reduce((sum, hour) => sum + of(hour), 0) };
  });
  return pictureOf(steps, range === 'day' ? timeOfDay : dateShort);
}

/** New accounts by day, as the server counts them: in UTC. */
export function daysPicture(days: readonly Day[], nowMs: number): Picture {
  const today = nowMs - (nowMs % DAY_MS);
  const steps = Array.from({ length: DAYS_OF_MONTH }, (_, index) => {
    const fromMs = today - (DAYS_OF_MONTH - 1 - index) * DAY_MS;
    return { fromMs, value: days.find(({ dayAtMs }) => dayAtMs === fromMs)?.joined ?? 0 };
  });
  // Noon in UTC is the same date nearly everywhere.
  return pictureOf(steps, (ms) => dateShort(ms + DAY_MS / 2));
}

function pictureOf(steps: readonly Step[], words: (ms: number) => string): Picture {
  const most = steps.reduce((high, step) => (step.value > high.value ? step : high), steps[0]!);
  return {
    values: steps.map(({ value }) => Math.max(0, value)),
    total: steps.reduce((sum, { value }) => sum + value, 0),
    first: words(steps[0]!.fromMs),
    last: words(steps.at(-1)!.fromMs),
    most: most.value > 0 ? { value: most.value, when: words(most.fromMs) } : null,
    rows: steps
      .filter(({ value }) => value !== 0)
      .map(({ fromMs, value }) => ({ when: words(fromMs), value: inFigures(value) }))
      .reverse(),
  };
}

function hourStarts(nowMs: number): readonly number[] {
  const last = nowMs - (nowMs % HOUR_MS);
  return Array.from({ length: HOURS }, (_, index) => last - (HOURS - 1 - index) * HOUR_MS);
}

function dayStarts(nowMs: number): readonly number[] {
  const today = new Date(startOfDay(nowMs));
  return Array.from({ length: DAYS_OF_WEEK }, (_, index) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() - (DAYS_OF_WEEK - 1 - index)).getTime(),
  );
}
