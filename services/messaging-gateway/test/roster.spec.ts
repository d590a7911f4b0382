import { closedSpans, newestMembership, readableSpans, type Membership } from '../src/groups/roster.js';

const since = (sinceLogSeq: number, sinceSeq: number): Membership => ({
  sinceLogSeq,
  sinceSeq,
  sinceEpoch: 0,
  until: null,
});
const over = (membership: Membership, logSeq: number, seq: number): Membership => ({
  ...membership,
  until: { logSeq, seq, epoch: 1, atMs: 1 },
});
const CREATOR = [since(1, 0)];
const CAME_LATER = [since(3, 7)];
const CAME_BACK = [since(9, 20), over(since(3, 7), 5, 12)];
const GONE = [over(since(3, 7), 5, 12)];

describe('what of a group somebody may read', () => {
  it('is everything for who made it', () => {
    expect(readableSpans(CREATOR)).toEqual([{ after: 0, upTo: Number.MAX_SAFE_INTEGER }]);
    expect(closedSpans(readableSpans(CREATOR), 30)).toEqual([]);
  });

  it('begins where somebody came, and ends where somebody went', () => {
    expect(readableSpans(CAME_LATER)).toEqual([{ after: 7, upTo: Number.MAX_SAFE_INTEGER }]);
    expect(closedSpans(readableSpans(CAME_LATER), 30)).toEqual([{ after: 0, upTo: 7 }]);
    expect(readableSpans(GONE)).toEqual([{ after: 7, upTo: 12 }]);
    expect(closedSpans(readableSpans(GONE), 12)).toEqual([{ after: 0, upTo: 7 }]);
  });

  it('is both parts for who came back', () => {
    expect(readableSpans(CAME_BACK)).toEqual([
      { after: 7, upTo: 12 },
      { after: 20, upTo: Number.MAX_SAFE_INTEGER },
    ]);
    expect(closedSpans(readableSpans(CAME_BACK), 30)).toEqual([
      { after: 0, upTo: 7 },
      { after: 12, upTo: 20 },
    ]);
  });

  it('is nothing for who never was in', () => {
    expect(newestMembership([])).toBeNull();
    expect(readableSpans([])).toEqual([]);
  });

  it('goes by the newest membership', () => {
    expect(newestMembership(CAME_BACK)).toEqual(since(9, 20));
  });
});
