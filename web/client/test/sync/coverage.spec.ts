import fc from 'fast-check';
import { bottomBelow, cover, covers, nextRequest, readPage, topOf, type Coverage } from '../../src/sync/coverage.js';

const LAST = Number.MAX_SAFE_INTEGER;

describe('coverage', () => {
  it('joins ranges that touch or overlap, and keeps the others apart', () => {
    expect(cover([], 3, 5)).toEqual([[3, 5]]);
    expect(cover([[3, 5]], 6, 8)).toEqual([[3, 8]]);
    expect(cover([[3, 5]], 7, 8)).toEqual([
      [3, 5],
      [7, 8],
    ]);
    expect(
      cover(
        [
          [3, 5],
          [7, 8],
        ],
        6,
        6,
      ),
    ).toEqual([[3, 8]]);
    expect(cover([[3, 5]], 1, 9)).toEqual([[1, 9]]);
    expect(cover([[3, 5]], 9, 8)).toEqual([[3, 5]]);
  });

  it('holds exactly the positions that were added, in disjoint rising ranges', () => {
    const ranges = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 9 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(ranges, (added) => {
        let coverage: Coverage = [];
        const model = new Set<number>();
        for (const [from, length] of added) {
          coverage = cover(coverage, from, from + length);
          for (let n = from; n <= from + length; n++) model.add(n);
        }
        for (let n = 0; n <= 75; n++) expect(covers(coverage, n)).toBe(model.has(n));
        for (let i = 1; i < coverage.length; i++) expect(coverage[i]![0]).toBeGreaterThan(coverage[i - 1]![1] + 1);
        expect(topOf(coverage)).toBe(Math.max(0, ...model));
      }),
    );
  });

  it('names the bottom of the stretch that a position stands in', () => {
    expect(
      bottomBelow(
        [
          [3, 5],
          [8, 9],
        ],
        9,
      ),
    ).toBe(8);
    expect(bottomBelow([[3, 5]], 7)).toBe(8);
  });
});

describe('the next request', () => {
  it('is the newest page at first, and none for an empty conversation', () => {
    expect(nextRequest([], 1, 0)).toBeNull();
    expect(nextRequest([], 1, 500)).toEqual({ from: { beforeSeq: LAST }, limit: 50 });
  });

  it('reads a small gap forward and a large one from its newest page', () => {
    expect(nextRequest([[1, 40]], 1, 43)).toEqual({ from: { afterSeq: 40 }, limit: 200 });
    expect(nextRequest([[1, 40]], 1, 5_000)).toEqual({ from: { beforeSeq: 5_001 }, limit: 50 });
  });

  it('fills holes downward to the floor, and leaves history below it alone', () => {
    expect(
      nextRequest(
        [
          [40, 50],
          [60, 70],
        ],
        40,
        70,
      ),
    ).toEqual({ from: { beforeSeq: 60 }, limit: 9 });
    expect(nextRequest([[40, 70]], 40, 70)).toBeNull();
    expect(nextRequest([[40, 70]], 1, 70)).toEqual({ from: { beforeSeq: 40 }, limit: 39 });
  });

  it('ends with everything above the floor, whatever arrived before', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 900 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 40 })), { maxLength: 5 }),
        (lastSeq, arrived) => {
          let coverage: Coverage = [];
          for (const [from, length] of arrived)
            coverage = cover(coverage, Math.min(from, lastSeq), Math.min(from + length, lastSeq));
          const floor = coverage[0]?.[0] ?? Math.max(1, lastSeq - 49);
          let rounds = 0;
          for (
            let request = nextRequest(coverage, floor, lastSeq);
            request;
            request = nextRequest(coverage, floor, lastSeq)
          ) {
            expect(rounds++).toBeLessThan(30);
            const [from, to] =
              'afterSeq' in request.from
                ? [request.from.afterSeq + 1, Math.min(lastSeq, request.from.afterSeq + request.limit)]
                : [
                    Math.max(1, Math.min(request.from.beforeSeq - 1, lastSeq) - request.limit + 1),
                    Math.min(request.from.beforeSeq - 1, lastSeq),
                  ];
            coverage = cover(coverage, from, to);
          }
          expect(covers(coverage, floor, lastSeq)).toBe(true);
        },
      ),
    );
  });
});

describe('reading a page', () => {
  const forward = { from: { afterSeq: 10 }, limit: 200 };
  const backward = { from: { beforeSeq: 11 }, limit: 5 };

  it('covers what was asked and given', () => {
    expect(readPage(forward, [11, 12], 12)).toEqual({ from: 11, to: 12, absent: [] });
    expect(readPage(backward, [6, 7, 8, 9, 10], 30)).toEqual({ from: 6, to: 10, absent: [] });
    expect(readPage({ from: { beforeSeq: LAST }, limit: 5 }, [6, 7], 7)).toEqual({ from: 6, to: 7, absent: [] });
    expect(readPage(forward, [], 10)).toEqual({ from: 11, to: 10, absent: [] });
  });

  it('names the positions that the server passes over', () => {
    expect(readPage(forward, [12, 14], 14)).toEqual({ from: 11, to: 14, absent: [11, 13] });
    expect(readPage(backward, [7, 9], 30)).toEqual({ from: 7, to: 10, absent: [8, 10] });
  });

  it.each([
    ['falling positions', forward, [12, 11], 12],
    ['a position twice', forward, [11, 11], 12],
    ['positions that were not asked for', forward, [10, 11], 12],
    ['positions above the last one', forward, [11, 13], 12],
    ['more than asked', backward, [5, 6, 7, 8, 9, 10], 30],
    ['positions above the page', backward, [10, 11], 30],
    ['nothing where there must be something', forward, [], 12],
    ['a hole wider than a page', forward, [900], 900],
  ])('refuses %s', (_, request, positions, lastSeq) => {
    expect(readPage(request, positions, lastSeq)).toBeNull();
  });
});
