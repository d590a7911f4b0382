import type { Decision, Session } from '../store/session-rows.js';
import type { RefreshClaim } from './refresh-token.js';

/** How long a session lives after its last refresh. */
export const SESSION_LIFETIME_MS = 30 * 24 * 3_600_000;
/** How long the token before the current one still counts: a lost answer, two tabs at once. */
export const REFRESH_GRACE_MS = 10_000;

export type RefreshResult =
  | { readonly outcome: 'refreshed'; readonly session: Session }
  | { readonly outcome: 'session-ended' }
  /** A token that was used up long ago came again: somebody has a copy. The session ends here. */
  | { readonly outcome: 'session-reused'; readonly session: Session };

/** Whether a session can be used now. */
export function isStanding(session: Session | null, nowMs: number): session is Session {
  return session !== null && session.endedAtMs === null && session.expiresAtMs > nowMs;
}

/**
 * What a genuine refresh token does to its session. The current one is rotated; the one before it is answered with the current
 * one for ten seconds; an older one is a copy in wrong hands, and ends the session for whoever holds it.
 */
export function decideRefresh(session: Session | null, claim: RefreshClaim, nowMs: number): Decision<RefreshResult> {
  if (!isStanding(session, nowMs) || claim.generation > session.generation) {
    return { change: null, result: { outcome: 'session-ended' } };
  }
  if (claim.generation === session.generation) {
    const change = { generation: session.generation + 1, rotatedAtMs: nowMs, expiresAtMs: nowMs + SESSION_LIFETIME_MS };
    return { change, result: { outcome: 'refreshed', session: { ...session, ...change } } };
  }
  const isLate = claim.generation < session.generation - 1 || nowMs - session.rotatedAtMs > REFRESH_GRACE_MS;
  if (!isLate) return { change: null, result: { outcome: 'refreshed', session } };
  return { change: { endedAtMs: nowMs }, result: { outcome: 'session-reused', session } };
}
