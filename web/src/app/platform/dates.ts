/** Day before month, hours to 23: read the same everywhere. */
const locale = 'en-GB';
const DAY_MS = 86_400_000;

const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long' });
const shortWeekday = new Intl.DateTimeFormat(locale, { weekday: 'short' });
const day = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
const dayOfYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });
const shortDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const shortDayOfYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
const whole = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });

/** Midnight, where the reader is, of the day in which `ms` lies. */
export function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** Midnights between two times; days of 23 and 25 hours count as days. */
const daysBetween = (fromMs: number, toMs: number): number =>
  Math.round((startOfDay(toMs) - startOfDay(fromMs)) / DAY_MS);

const isSameYear = (oneMs: number, otherMs: number): boolean =>
  new Date(oneMs).getFullYear() === new Date(otherMs).getFullYear();

/** 14:03 */
export const timeOfDay = (ms: number): string => time.format(ms);

/** 23 November 2026 at 14:03 */
export const dateAndTime = (ms: number): string => whole.format(ms);

/** 23 November 2026 */
export const dateOnly = (ms: number): string => dayOfYear.format(ms);

/** 23 Nov 2026 */
export const dateShort = (ms: number): string => shortDayOfYear.format(ms);

/** The line between two days in a thread: Today, Yesterday, Monday, Monday, 2 March, 2 March 2024. */
export function dayLabel(ms: number, nowMs: number): string {
  const days = daysBetween(ms, nowMs);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days > 1 && days < 7) return weekday.format(ms);
  return isSameYear(ms, nowMs) ? day.format(ms) : dayOfYear.format(ms);
}

/** Beside a chat in the list: 14:03, Mon, 2 Mar, 2 Mar 2024. */
export function listTime(ms: number, nowMs: number): string {
  const days = daysBetween(ms, nowMs);
  if (days <= 0) return time.format(ms);
  if (days < 7) return shortWeekday.format(ms);
  return isSameYear(ms, nowMs) ? shortDay.format(ms) : shortDayOfYear.format(ms);
}

/** 14:32: the time of day so many seconds from now. */
export const timeFromNow = (seconds: number): string => time.format(Date.now() + seconds * 1_000);
