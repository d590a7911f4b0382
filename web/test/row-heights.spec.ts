import fc from 'fast-check';
import { RowHeights, windowFor } from '../src/app/conversations/row-heights';

const rowsOf = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `r${index}` }));
const heightsOf = (count: number, estimate = 50) => {
  const heights = new RowHeights(() => estimate);
  heights.setRows(rowsOf(count));
  return heights;
};

describe('the heights of rows', () => {
  it('are guessed until they are measured', () => {
    const heights = heightsOf(4);
    expect(heights.total).toBe(200);
    expect(heights.measure('r1', 80)).toBe(true);
    expect(heights.total).toBe(230);
    expect(heights.topOf(2)).toBe(130);
  });

  it('are no news when they are the same to half a pixel', () => {
    const heights = heightsOf(2);
    heights.measure('r0', 40);
    expect(heights.measure('r0', 40.3)).toBe(false);
    expect(heights.measure('r0', 41)).toBe(true);
  });

  it('are remembered for rows that move, and forgotten when the width changes', () => {
    const heights = heightsOf(2);
    heights.measure('r1', 90);
    heights.setRows([{ key: 'older' }, ...rowsOf(2)]);
    expect(heights.topOf(3)).toBe(190);
    expect(heights.indexOf('r1')).toBe(2);
    heights.forget();
    expect(heights.total).toBe(150);
  });

  it('say in which row a place lies, the ends included', () => {
    const heights = heightsOf(3);
    expect([-10, 0, 49, 50, 149, 9_999].map((offset) => heights.rowAt(offset))).toEqual([0, 0, 0, 1, 2, 2]);
    expect(heightsOf(0).rowAt(10)).toBe(0);
    expect(heightsOf(0).total).toBe(0);
  });

  it('agree with a plain sum, whatever was measured', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 60 }),
        fc.nat(20_000),
        (measured, at) => {
          const heights = heightsOf(measured.length);
          for (const [index, height] of measured.entries()) heights.measure(`r${index}`, height);
          const row = heights.rowAt(at);
          const top = measured.slice(0, row).reduce((sum, height) => sum + height, 0);
          expect(heights.topOf(row)).toBe(top);
          expect(at >= top || row === 0).toBe(true);
          expect(at < top + measured[row]! || row === measured.length - 1).toBe(true);
        },
      ),
    );
  });
});

describe('the window of what is drawn', () => {
  const nothing = { from: 0, to: 0 };

  it('covers what is seen and some more, and is a small part of the whole', () => {
    const heights = heightsOf(10_000);
    const drawn = windowFor(heights, 10_000, { top: 250_000, height: 800 }, nothing);
    expect(heights.topOf(drawn.from)).toBeLessThanOrEqual(250_000 - 300);
    expect(heights.topOf(drawn.to)).toBeGreaterThanOrEqual(250_800 + 300);
    expect(drawn.to - drawn.from).toBeLessThan(70);
  });

  it('stands until its edge comes near', () => {
    const heights = heightsOf(1_000);
    const standing = windowFor(heights, 1_000, { top: 20_000, height: 800 }, nothing);
    expect(windowFor(heights, 1_000, { top: 20_400, height: 800 }, standing)).toBe(standing);
    expect(windowFor(heights, 1_000, { top: 20_800, height: 800 }, standing)).not.toBe(standing);
  });

  it('does not grow without bound when rows turn out smaller than they were guessed', () => {
    const heights = heightsOf(1_000, 10);
    const huge = { from: 0, to: 900 };
    const drawn = windowFor(heights, 1_000, { top: 100, height: 400 }, huge);
    expect(drawn.to - drawn.from).toBeLessThan(200);
  });

  it('is all there is where all is little, and nothing where there is nothing', () => {
    expect(windowFor(heightsOf(3), 3, { top: 0, height: 800 }, nothing)).toEqual({ from: 0, to: 3 });
    expect(windowFor(heightsOf(0), 0, { top: 0, height: 800 }, nothing).to).toBe(0);
  });

  it('holds what is seen, for any heights and any place', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 20, max: 900 }), { minLength: 1, maxLength: 200 }),
        fc.nat(40_000),
        (measured, at) => {
          const heights = heightsOf(measured.length);
          for (const [index, height] of measured.entries()) heights.measure(`r${index}`, height);
          const top = Math.min(at, Math.max(heights.total - 700, 0));
          const drawn = windowFor(heights, measured.length, { top, height: 700 }, nothing);
          expect(heights.topOf(drawn.from)).toBeLessThanOrEqual(top);
          expect(heights.topOf(drawn.to)).toBeGreaterThanOrEqual(Math.min(top + 700, heights.total));
        },
      ),
    );
  });
});
