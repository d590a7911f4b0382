import { LIMITS } from '@secureconnect/contracts/limits';
import type { SyncConversation } from '@secureconnect/contracts/messaging';

/** Which positions of a conversation are here: disjoint ranges, both ends inclusive, rising, never touching. */
export type Coverage = readonly (readonly [from: number, to: number])[];

/** First screen of a conversation. */
export const FIRST_PAGE = 50;

/** `coverage` with `from`..`to` added. */
export function cover(coverage: Coverage, from: number, to: number): Coverage {
  if (from > to) return coverage;
  let [low, high] = [from, to];
  const apart: (readonly [number, number])[] = [];
  for (const range of coverage) {
    if (range[1] + 1 < low || range[0] - 1 > high) apart.push(range);
    else [low, high] = [Math.min(low, range[0]), Math.max(high, range[1])];
  }
  return [...apart, [low, high] as const].sort((a, b) => a[0] - b[0]);
}

/** Whether every position `from`..`to` is here. */
export function covers(coverage: Coverage, from: number, to = from): boolean {
  return from > to || coverage.some((range) => range[0] <= from && to <= range[1]);
}

/** `coverage` without what lies at or below `position`. */
export function above(coverage: Coverage, position: number): Coverage {
  return coverage.flatMap(([from, to]) => (to > position ? [[Math.max(from, position + 1), to] as const] : []));
}

/** `coverage` without what the other covers. */
export function without(coverage: Coverage, other: Coverage): Coverage {
  return coverage.flatMap(([from, to]) => holesIn(other, from, to));
}

/** How many positions it covers. */
export function countOf(coverage: Coverage): number {
  return coverage.reduce((count, [from, to]) => count + to - from + 1, 0);
}

export function isSameCoverage(a: Coverage, b: Coverage): boolean {
  return a.length === b.length && a.every((range, index) => range[0] === b[index]![0] && range[1] === b[index]![1]);
}

/** Highest position that is here; 0 where nothing is. */
export function topOf(coverage: Coverage): number {
  return coverage.at(-1)?.[1] ?? 0;
}

/** Lowest position that is here without a hole between it and `position`. */
export function bottomBelow(coverage: Coverage, position: number): number {
  return coverage.find((range) => range[0] <= position && position <= range[1])?.[0] ?? position + 1;
}

export type PageRequest = Pick<SyncConversation, 'from' | 'limit'>;

/**
 * What to ask for next, so that everything from `floor` to `lastSeq` is here: the newest page at first, a small gap forward, a
 * large one from its newest page down. null: nothing is wanting. Below the floor is history, fetched when somebody looks at it.
 */
export function nextRequest(coverage: Coverage, floor: number, lastSeq: number): PageRequest | null {
  if (lastSeq === 0) return null;
  if (coverage.length === 0) return { from: { beforeSeq: Number.MAX_SAFE_INTEGER }, limit: FIRST_PAGE };
  const top = topOf(coverage);
  if (lastSeq - top > LIMITS.syncPageMax) return { from: { beforeSeq: lastSeq + 1 }, limit: FIRST_PAGE };
  if (lastSeq > top) return { from: { afterSeq: top }, limit: LIMITS.syncPageMax };
  for (let index = coverage.length - 1; index >= 0; index--) {
    const below = Math.max(index > 0 ? coverage[index - 1]![1] : 0, floor - 1);
    const hole = coverage[index]![0] - 1 - below;
    if (hole > 0) {
      return { from: { beforeSeq: coverage[index]![0] }, limit: Math.min(hole, LIMITS.syncPageMax) };
    }
  }
  return null;
}

/**
 * The positions that an answer speaks for, and those in it that it passes over (an honest server has none: the sequence is
 * gapless). null: the answer contradicts the request or itself.
 * @param closed - positions of a group that were never for this account: nothing is given for them, and nothing is missing there
 */
export function readPage(
  request: PageRequest,
  positions: readonly number[],
  lastSeq: number,
  closed: Coverage = [],
): { readonly from: number; readonly to: number; readonly absent: readonly number[] } | null {
  const rising = positions.every((position, index) => index === 0 || position > positions[index - 1]!);
  if (!rising || positions.length > request.limit || (positions.at(-1) ?? 0) > lastSeq) return null;
  const first = positions[0];
  const last = positions.at(-1);
  let from: number;
  let to: number;
  if ('afterSeq' in request.from) {
    from = request.from.afterSeq + 1;
    if (first === undefined || last === undefined)
      return isWhole(closed, from, lastSeq) ? { from, to: from - 1, absent: [] } : null;
    if (first < from) return null;
    to = last;
  } else {
    to = Math.min(request.from.beforeSeq - 1, lastSeq);
    if (first === undefined || last === undefined)
      return isWhole(closed, 1, to) ? { from: to + 1, to, absent: [] } : null;
    if (last > to) return null;
    from = first;
  }
  // Nothing but what is passed over counts as absent; it may not be more than a page could have held.
  const accounted = positions.reduce((all, position) => cover(all, position, position), closed);
  const holes = holesIn(accounted, from, to);
  const count = holes.reduce((sum, [low, high]) => sum + high - low + 1, 0);
  if (positions.length + count > LIMITS.syncPageMax) return null;
  const absent = holes.flatMap(([low, high]) => Array.from({ length: high - low + 1 }, (_, index) => low + index));
  return { from, to, absent };
}

/** What of `from`..`to` is not covered, by rising position. */
function holesIn(coverage: Coverage, from: number, to: number): Coverage {
  const holes: (readonly [number, number])[] = [];
  let next = from;
  for (const [low, high] of coverage) {
    if (high < next) continue;
    if (low > to) break;
    if (low > next) holes.push([next, low - 1]);
    next = high + 1;
  }
  return next <= to ? [...holes, [next, to]] : holes;
}

function isWhole(coverage: Coverage, from: number, to: number): boolean {
  return holesIn(coverage, from, to).length === 0;
}
