import { daysPicture, hoursPicture } from '../src/app/admin/overview-pictures';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = new Date(2026, 10, 24, 14, 30).getTime();
const lastHour = NOW_MS - (NOW_MS % HOUR_MS);

const hour = (ago: number, messages: number, issued = 0) => ({
  hourAtMs: lastHour - ago * HOUR_MS,
  ...{ messages, groupMessages: 0, calls: 0, issued, spent: messages },
});
const messages = (each: { messages: number }) => each.messages;

describe('the pictures of the overview', () => {
  it('have an hour a bar for a day, this one last, and leave out what is older', () => {
    const picture = hoursPicture([hour(24, 50), hour(23, 4), hour(0, 9)], messages, 'day', NOW_MS);
    expect(picture.values).toEqual([4, ...Array<number>(22).fill(0), 9]);
    expect(picture).toMatchObject({ total: 13, most: { value: 9 } });
    expect(picture.rows.map(({ value }) => value)).toEqual(['9', '4']);
  });

  it('have a day a bar for a week, from midnight where the reader is', () => {
    const midnight = new Date(2026, 10, 24).getTime();
    const hours = [midnight - 1, midnight, midnight - 6 * DAY_MS, midnight - 6 * DAY_MS - 1].map((ms) => ({
      ...hour(0, 1),
      hourAtMs: ms,
    }));
    const picture = hoursPicture(hours, messages, 'week', NOW_MS);
    expect(picture.values).toEqual([1, 0, 0, 0, 0, 1, 1]);
    expect(picture.last).toBe('24 Nov 2026');
  });

  it('draw nothing below the line where more was taken than given, and count it', () => {
    const picture = hoursPicture([hour(1, 0, 30), hour(0, 0, -40)], (each) => each.issued, 'day', NOW_MS);
    expect(picture.values.slice(-2)).toEqual([30, 0]);
    expect(picture).toMatchObject({ total: -10, most: { value: 30 } });
    expect(picture.rows.map(({ value }) => value)).toEqual(['-40', '30']);
  });

  it('are empty where nothing was', () => {
    expect(hoursPicture([], messages, 'day', NOW_MS)).toMatchObject({ total: 0, most: null, rows: [] });
  });

  it('have a day a bar for new accounts, in UTC as the server counts them', () => {
    const nowMs = Date.UTC(2026, 10, 24, 23, 59);
    const today = Date.UTC(2026, 10, 24);
    const days = [
      { dayAtMs: today, joined: 2 },
      { dayAtMs: today - 30 * DAY_MS, joined: 5 },
      { dayAtMs: today - 31 * DAY_MS, joined: 9 },
    ];
    const picture = daysPicture(days, nowMs);
    expect(picture.values).toEqual([5, ...Array<number>(29).fill(0), 2]);
    expect(picture).toMatchObject({ total: 7, first: '25 Oct 2026', last: '24 Nov 2026' });
  });
});
