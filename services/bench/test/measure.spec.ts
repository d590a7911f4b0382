import { measureLine, measureOf } from '../src/parts/measure.js';

describe('a measure', () => {
  const times = Array.from({ length: 100 }, (_, index) => index + 1);

  it('holds when p99 is under its mark and nothing was wrong', () => {
    expect(measureOf({ what: 'it', times, markMs: 100 })).toMatchObject({ p50: 50, p99: 99, max: 100, holds: true });
  });

  it('does not hold at the mark, nor with a fault, nor when nothing was measured', () => {
    expect(measureOf({ what: 'it', times, markMs: 99 }).holds).toBe(false);
    expect(measureOf({ what: 'it', times, markMs: 1_000, faults: ['1 twice'] }).holds).toBe(false);
    expect(measureOf({ what: 'it', times: [], markMs: 1_000 })).toMatchObject({ p50: null, p99: null, holds: false });
  });

  it('shows what the bare servers needed beside it, and its faults', () => {
    const measure = measureOf({ what: 'it', times, floorTimes: [2, 3], markMs: 200, faults: ['1 twice'] });
    expect(measureLine(measure).split(/ {2,}/)).toEqual(['it', '100', '50', '99', '100', '3', '200', '1 twice']);
  });
});
