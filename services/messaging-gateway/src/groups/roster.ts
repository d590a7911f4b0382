import { LIMITS } from '@secureconnect/contracts/limits';
import type { UserId } from '@secureconnect/contracts/ids';

/** What a group is at one moment, as far as an envelope must fit it. */
export interface Roster {
  /** Position and hash of the newest entry of the log. */
  readonly seq: number;
  readonly head: Uint8Array;
  /** The newest epoch; 0 while there is none. */
  readonly epoch: number;
  /** Position of the entry for which that epoch was made. Unless it is the newest, nobody may send before there is a new epoch. */
  readonly epochSeq: number;
  /** By rising user id. */
  readonly members: readonly UserId[];
}

/** A membership of one user, over or not: from where to where that user may read. Positions are those of messages unless said otherwise. */
export interface Membership {
  readonly sinceLogSeq: number;
  /** Position of the newest message, and the newest epoch, when it began: what is later may be read. */
  readonly sinceSeq: number;
  readonly sinceEpoch: number;
  /** The same at its end; null while it lasts. `logSeq`: the entry that ended it, which may be read too. */
  readonly until: {
    readonly logSeq: number;
    readonly seq: number;
    readonly epoch: number;
    readonly atMs: number;
  } | null;
}

/** Part of a conversation's messages: those after `after`, up to and with `upTo`. */
export interface Span {
  readonly after: number;
  readonly upTo: number;
}

/** What somebody with these memberships may read, by rising position. */
export function readableSpans(memberships: readonly Membership[]): Span[] {
  return memberships
    .toSorted((left, right) => left.sinceLogSeq - right.sinceLogSeq)
    .map(({ sinceSeq, until }) => ({ after: sinceSeq, upTo: until?.seq ?? Number.MAX_SAFE_INTEGER }));
}

/** What of the messages up to `lastSeq` lies outside of these, the newest parts where there are very many. */
export function closedSpans(readable: readonly Span[], lastSeq: number): Span[] {
  const closed: Span[] = [];
  let open = 0;
  for (const { after, upTo } of readable) {
    if (after > open) closed.push({ after: open, upTo: after });
    open = Math.max(open, upTo);
  }
  if (open < lastSeq) closed.push({ after: open, upTo: lastSeq });
  return closed.slice(-LIMITS.closedSpansMax);
}

/** The membership that lasts, or the last one that ended. null for somebody who never was in. */
export function newestMembership(memberships: readonly Membership[]): Membership | null {
  return memberships.reduce<Membership | null>(
    (newest, membership) => (newest === null || membership.sinceLogSeq > newest.sinceLogSeq ? membership : newest),
    null,
  );
}
