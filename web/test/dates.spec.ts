import { dayLabel, listTime, startOfDay, timeOfDay } from '../src/app/platform/dates';

const at = (text: string) => new Date(text).getTime();
const now = at('2026-11-23T14:03:00');

describe('times', () => {
  it('name the days nearby, and date those further away', () => {
    expect(dayLabel(at('2026-11-23T00:00:00'), now)).toBe('Today');
    expect(dayLabel(at('2026-11-22T23:59:59'), now)).toBe('Yesterday');
    expect(dayLabel(at('2026-11-18T08:00:00'), now)).toBe('Wednesday');
    expect(dayLabel(at('2026-11-16T08:00:00'), now)).toBe('Monday 16 November');
    expect(dayLabel(at('2024-03-02T08:00:00'), now)).toBe('2 March 2024');
  });

  it('do not call tomorrow today, whatever a clock says', () => {
    expect(dayLabel(at('2026-11-24T00:10:00'), now)).toBe('Tuesday 24 November');
  });

  it('are short in the list', () => {
    expect(listTime(at('2026-11-23T09:05:00'), now)).toBe('09:05');
    expect(listTime(at('2026-11-22T09:05:00'), now)).toBe('Sun');
    expect(listTime(at('2026-03-02T09:05:00'), now)).toBe('2 Mar');
    expect(listTime(at('2024-03-02T09:05:00'), now)).toBe('2 Mar 2024');
  });

  it('have no hour 24', () => {
    expect(timeOfDay(at('2026-11-23T00:07:00'))).toBe('00:07');
  });

  it('find the midnight before', () => {
    expect(startOfDay(now)).toBe(at('2026-11-23T00:00:00'));
  });
});
