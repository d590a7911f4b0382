import type { UserId } from '@secureconnect/contracts/ids';
import {
  OPEN_TOPUPS_MAX,
  type DecideTopups,
  type DecideTopupsAnswer,
  type RequestTopup,
  type TopupId,
} from '@secureconnect/contracts/topups';
import type { Book, TopupRecord } from '../ledger/book.js';
import { mayMove } from './topup-states.js';

export type RequestOutcome =
  | { readonly outcome: 'known'; readonly topup: TopupRecord }
  | { readonly outcome: 'too-many' }
  | { readonly outcome: 'conflict' };

/** Asks for credits. The same request again is the same request. */
export function requestTopup(book: Book, userId: UserId, request: RequestTopup, nowMs: number): RequestOutcome {
  const account = book.account(userId);
  const known = book.topup(request.topupId);
  if (known !== null) {
    const isSame =
      known.account === account.number &&
      known.amount === request.amount &&
      known.reference === request.reference &&
      known.note === request.note;
    return isSame ? { outcome: 'known', topup: known } : { outcome: 'conflict' };
  }
  if (book.openTopups(account.number) >= OPEN_TOPUPS_MAX) return { outcome: 'too-many' };
  const topup: TopupRecord = {
    ...request,
    account: account.number,
    state: 'requested',
    requestedAtMs: nowMs,
    endedAtMs: null,
    decidedBy: null,
    reason: null,
  };
  book.openTopup(topup);
  return { outcome: 'known', topup };
}

/** Takes back what nobody has decided. @returns the request as it stands now; null when it is not the user's */
export function withdrawTopup(book: Book, userId: UserId, topupId: TopupId, nowMs: number): TopupRecord | null {
  const topup = book.topup(topupId);
  if (topup === null || topup.account !== book.knownAccount(userId)?.number) return null;
  if (!mayMove(topup.state, 'withdrawn')) return topup;
  const withdrawn: TopupRecord = { ...topup, state: 'withdrawn', endedAtMs: nowMs };
  book.endTopup(withdrawn);
  return withdrawn;
}

/** Decides what is open; with an approval the credits are issued, by the same transaction. Whoever comes second changes nothing. */
export function decideTopup(
  book: Book,
  decision: DecideTopups['decisions'][number],
  nowMs: number,
): DecideTopupsAnswer['results'][number] {
  const { topupId, byUserId, reason } = decision;
  const topup = book.topup(topupId);
  if (topup === null) return { topupId, state: null, decidedBy: null, changed: false };
  const state = decision.move === 'approve' ? 'approved' : 'rejected';
  if (!mayMove(topup.state, state)) {
    return { topupId, state: topup.state, decidedBy: topup.decidedBy, changed: false };
  }
  const decided: TopupRecord = { ...topup, state, endedAtMs: nowMs, decidedBy: byUserId, reason };
  book.endTopup(decided);
  if (state === 'approved') book.issue(decided);
  return { topupId, state, decidedBy: byUserId, changed: true };
}
