import { randomBytes } from 'node:crypto';
import type { EndSessionsRequest, Me, SessionInfo, SessionsAnswer } from '@secureconnect/contracts/auth';
import type { DeviceId, SessionId } from '@secureconnect/contracts/ids';
import { SESSION_ENDED_CHANNEL, type SessionEndedHint } from '@secureconnect/contracts/internal';
import type { EventLog } from '@secureconnect/platform/logging/event-log';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import type { Account, AccountRows } from '../store/account-rows.js';
import { toMinute, type LoginProof, type NewSession, type Session, type SessionRows } from '../store/session-rows.js';
import type { AccessTokenMint } from './access-token-mint.js';
import type { LastSeen } from './last-seen.js';
import type { RefreshTokens } from './refresh-token.js';
import { refuseBanned } from './refuse-banned.js';
import { decideRefresh, isStanding, SESSION_LIFETIME_MS } from './session-rules.js';

/** A session with the tokens that go into the cookies. */
export interface IssuedSession {
  readonly session: SessionInfo;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Values of a session that begins now. */
export function newSession(account: Pick<Account, 'userId'>, deviceId: DeviceId | null, nowMs: number): NewSession {
  return {
    sessionId: randomBytes(16).toString('hex') as SessionId,
    userId: account.userId,
    deviceId,
    generation: 1,
    rotatedAtMs: nowMs,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + SESSION_LIFETIME_MS,
  };
}

/** Sessions: their tokens, their rotation, their end. */
export class Sessions {
  constructor(
    private readonly rows: SessionRows,
    private readonly accounts: AccountRows,
    private readonly mint: AccessTokenMint,
    private readonly refreshTokens: RefreshTokens,
    private readonly lastSeen: LastSeen,
    private readonly redis: RedisLink,
    private readonly log: EventLog,
  ) {}

  /**
   * Begins a session after a correct login, not yet bound to a device.
   * @param proof - what the login was checked against
   * @throws Violation `credentials-refused` when that was changed meanwhile
   */
  async begin(account: Account, proof: LoginProof): Promise<IssuedSession> {
    const session = newSession(account, null, Date.now());
    const ended = await this.rows.create(session, proof);
    if (ended === null) throw new Violation('credentials-refused');
    this.announceEnded(ended, 'revoked');
    return this.issue(account, session);
  }

  /** Tokens for a session that stands. */
  async issue(account: Account, session: NewSession): Promise<IssuedSession> {
    const { token, expiresAtMs } = await this.mint.mint(session, account.role, Date.now());
    return {
      session: {
        userId: account.userId,
        username: account.username,
        role: account.role,
        sessionId: session.sessionId,
        deviceId: session.deviceId,
        accessExpiresAtMs: expiresAtMs,
      },
      accessToken: token,
      refreshToken: this.refreshTokens.make({ sessionId: session.sessionId, generation: session.generation }),
    };
  }

  /**
   * Rotates a refresh token.
   * @throws Violation `unauthenticated` (none, or not ours), `session-ended`, `session-reused` (and the session is over), `account-banned`
   */
  async refresh(token: string | undefined): Promise<IssuedSession> {
    const claim = this.refreshTokens.read(token);
    if (claim === null) throw new Violation('unauthenticated');
    const nowMs = Date.now();
    const result = await this.rows.decide(claim.sessionId, (session) => decideRefresh(session, claim, nowMs));
    if (result.outcome === 'session-reused') {
      this.log.warn('session.reused', { sessionId: claim.sessionId, userId: result.session.userId });
      this.announceEnded([result.session], 'revoked');
    }
    if (result.outcome === 'session-ended') await this.#refuseBannedOwner(claim.sessionId);
    if (result.outcome !== 'refreshed') throw new Violation(result.outcome);
    const account = await this.accounts.byUserId(result.session.userId);
    if (account === null) throw new Violation('session-ended');
    refuseBanned(account);
    this.lastSeen.note(claim.sessionId, nowMs);
    return this.issue(account, result.session);
  }

  /** A new access token for a standing session, its refresh token untouched. @throws Violation `session-ended` */
  async reissue(sessionId: SessionId): Promise<{ session: SessionInfo; accessToken: string }> {
    const session = await this.rows.byId(sessionId);
    if (!isStanding(session, Date.now())) throw new Violation('session-ended');
    const account = await this.accounts.byUserId(session.userId);
    if (account === null) throw new Violation('session-ended');
    return this.issue(account, session);
  }

  /** Ends the session that either token names; nothing to end is fine. */
  async end(refreshToken: string | undefined, caller: CallerIdentity | null): Promise<void> {
    const sessionId = this.refreshTokens.read(refreshToken)?.sessionId ?? caller?.sessionId;
    if (sessionId === undefined) return;
    const nowMs = Date.now();
    const ended = await this.rows.decide(sessionId, (session) =>
      isStanding(session, nowMs) ? { change: { endedAtMs: nowMs }, result: session } : { change: null, result: null },
    );
    if (ended === null) return;
    this.log.info('session.ended', { sessionId, userId: ended.userId });
    this.announceEnded([ended], 'logged-out');
  }

  /** The caller's sessions that stand, newest first. @throws Violation `session-ended` */
  async list(caller: CallerIdentity): Promise<SessionsAnswer> {
    await this.requireStanding(caller);
    const sessions = await this.rows.standingOf(caller.userId, Date.now());
    return {
      sessions: sessions.map(({ sessionId, deviceId, createdAtMs, rotatedAtMs, lastSeenAtMs }) => ({
        sessionId,
        deviceId,
        createdAtMs,
        lastSeenAtMs: Math.max(lastSeenAtMs, toMinute(rotatedAtMs), this.lastSeen.of(sessionId)),
        current: sessionId === caller.sessionId,
      })),
    };
  }

  /** Ends some of the caller's sessions, or all others; ids of sessions that are over, or not the caller's, change nothing. @throws Violation `session-ended` */
  async endChosen(caller: CallerIdentity, request: EndSessionsRequest): Promise<void> {
    await this.requireStanding(caller);
    const choice = 'others' in request ? { except: caller.sessionId } : { only: request.sessionIds };
    const ended = await this.rows.end(caller.userId, choice, Date.now());
    this.log.info('session.ended-by-owner', { userId: caller.userId, sessions: ended.length });
    this.announceEnded(ended, 'revoked');
  }

  /** An access token outlives its session by up to ten minutes; here, where the session is known, it does not. @throws Violation `session-ended` */
  async requireStanding(caller: CallerIdentity): Promise<void> {
    const session = await this.rows.byId(caller.sessionId);
    if (!isStanding(session, Date.now()) || session.userId !== caller.userId) throw new Violation('session-ended');
    this.lastSeen.note(caller.sessionId, Date.now());
  }

  /** @throws Violation `session-ended` */
  async me(caller: CallerIdentity): Promise<Me> {
    await this.requireStanding(caller);
    const account = await this.accounts.byUserId(caller.userId);
    if (account === null) throw new Violation('session-ended');
    const { sessionId, deviceId, expiresAtMs } = caller;
    const { userId, username, role, email, joinedAtMs, recoveryVerifier } = account;
    return {
      session: { userId, username, role, sessionId, deviceId, accessExpiresAtMs: expiresAtMs },
      email,
      joinedAtMs,
      hasRecoveryKey: recoveryVerifier !== null,
    };
  }

  /** Those that stand; whoever asks has sockets of them, so they are seen. */
  async standing(sessionIds: readonly SessionId[]): Promise<SessionId[]> {
    const nowMs = Date.now();
    const standing = await this.rows.standing(sessionIds, nowMs);
    for (const sessionId of standing) this.lastSeen.note(sessionId, nowMs);
    return standing;
  }

  /** A ban has ended the session: whoever holds its token is told of the ban. @throws Violation `account-banned` */
  async #refuseBannedOwner(sessionId: SessionId): Promise<void> {
    const session = await this.rows.byId(sessionId);
    const owner = session === null ? null : await this.accounts.byUserId(session.userId);
    if (owner !== null) refuseBanned(owner);
  }

  /** Sockets of the sessions are cut by whoever hears this; who does not, finds it out within half a minute by asking. */
  announceEnded(sessions: readonly Session[], reason: SessionEndedHint['reason']): void {
    for (const { userId, sessionId } of sessions) {
      const hint: SessionEndedHint = { userId, sessionId, deviceId: null, reason };
      this.redis.publish(SESSION_ENDED_CHANNEL, JSON.stringify(hint));
    }
  }
}
