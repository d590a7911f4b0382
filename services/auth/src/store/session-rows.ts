import type { DeviceId, SessionId, UserId } from '@secureconnect/contracts/ids';
import type { Store } from '@secureconnect/platform/store/store';
import { In, IsNull, LessThan, MoreThan, Not, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { unbanned } from './bans.js';
import { AccountRow } from './entities/account.js';
import { SessionRow } from './entities/session.js';

export interface Session {
  readonly sessionId: SessionId;
  readonly userId: UserId;
  readonly deviceId: DeviceId | null;
  /** Number of the refresh token that is valid now. */
  readonly generation: number;
  readonly rotatedAtMs: number;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly endedAtMs: number | null;
  /** To the minute. */
  readonly lastSeenAtMs: number;
}

export type NewSession = Omit<Session, 'endedAtMs' | 'lastSeenAtMs'>;

/** What a login was checked against; it must still be so when the session begins. */
export interface LoginProof {
  readonly verifier?: string;
  readonly recoveryVerifier?: string;
}

/** Sessions of one user at once; a login beyond that ends the one that was used least lately. */
export const SESSIONS_PER_USER_MAX = 256;
const MINUTE_MS = 60_000;

/** Which standing sessions of a user to end: all without more, else those that every part given names. */
export interface SessionChoice {
  readonly only?: readonly SessionId[];
  readonly except?: SessionId;
  readonly devices?: readonly DeviceId[];
}

/** What a rule decided about a session: its new values (or null for none), and what to tell the caller. */
export interface Decision<T> {
  readonly change: Partial<
    Pick<Session, 'deviceId' | 'generation' | 'rotatedAtMs' | 'expiresAtMs' | 'endedAtMs'>
  > | null;
  readonly result: T;
}

export class SessionRows {
  constructor(private readonly store: Store) {}

  /**
   * Begins a session, if what was proven still holds: a password that was changed while its hash was computed opens nothing more.
   * @returns the sessions that had to make room, or null when the proof is stale
   */
  create(session: NewSession, proof: LoginProof): Promise<Session[] | null> {
    const { userId } = session;
    return this.store.writes.run(async (manager) => {
      if (!(await manager.existsBy(AccountRow, unbanned({ userId, ...proof }, session.createdAtMs)))) return null;
      const overdue = await manager.find(SessionRow, {
        where: standingOf(userId, session.createdAtMs),
        order: { rotatedAtMs: 'DESC' },
        skip: SESSIONS_PER_USER_MAX - 1,
        take: SESSIONS_PER_USER_MAX,
      });
      const only = overdue.map((row) => row.sessionId as SessionId);
      const ended = only.length === 0 ? [] : await endSessions(manager, userId, { only }, session.createdAtMs);
      await insertSession(manager, session);
      return ended;
    });
  }

  /** Sessions of a user that stand, newest first. */
  async standingOf(userId: UserId, nowMs: number): Promise<Session[]> {
    const rows = await this.store.reads.find(SessionRow, {
      where: standingOf(userId, nowMs),
      order: { createdAtMs: 'DESC', sessionId: 'ASC' },
      take: SESSIONS_PER_USER_MAX,
    });
    return rows.map((row) => toSession(row));
  }

  /** Ends some of a user's sessions. @returns those that it ended */
  end(userId: UserId, choice: SessionChoice, nowMs: number): Promise<Session[]> {
    return this.store.writes.run((manager) => endSessions(manager, userId, choice, nowMs));
  }

  /** Notes in which minute sessions were last seen; never back. */
  async noteSeen(seen: ReadonlyMap<SessionId, number>): Promise<void> {
    await this.store.writes.commit((database) => {
      const update = database.prepare(
        'UPDATE session SET last_seen_at_ms = ? WHERE session_id = ? AND last_seen_at_ms < ?',
      );
      for (const [sessionId, minuteMs] of seen) update.run(minuteMs, sessionId, minuteMs);
    });
  }

  async byId(sessionId: SessionId): Promise<Session | null> {
    return toSession(await this.store.reads.findOneBy(SessionRow, { sessionId }));
  }

  /** Those of the sessions that neither ended nor expired. */
  async standing(sessionIds: readonly SessionId[], nowMs: number): Promise<SessionId[]> {
    const rows = await this.store.reads.findBy(SessionRow, { sessionId: In([...new Set(sessionIds)]) });
    return rows
      .filter((row) => row.endedAtMs === null && row.expiresAtMs > nowMs)
      .map((row) => row.sessionId as SessionId);
  }

  /** Reads, decides and writes in one transaction: two refreshes at once are one after the other. */
  decide<T>(sessionId: SessionId, rule: (session: Session | null) => Decision<T>): Promise<T> {
    return this.store.writes.run(async (manager) => {
      const { change, result } = rule(toSession(await manager.findOneBy(SessionRow, { sessionId })));
      if (change !== null) await updateSession(manager, sessionId, change);
      return result;
    });
  }

  /** Forgets sessions that expired before a time; ended ones expire like the others. */
  async forgetExpired(beforeMs: number): Promise<void> {
    await this.store.writes.run((manager) => manager.delete(SessionRow, { expiresAtMs: LessThan(beforeMs) }));
  }
}

const standingOf = (userId: UserId, nowMs: number): FindOptionsWhere<SessionRow> => ({
  userId,
  endedAtMs: IsNull(),
  expiresAtMs: MoreThan(nowMs),
});

/** Stores a session that begins, within a transaction of this store. */
export async function insertSession(manager: EntityManager, session: NewSession): Promise<void> {
  const lastSeenAtMs = toMinute(session.createdAtMs);
  await manager.insert(SessionRow, { ...session, endedAtMs: null, lastSeenAtMs });
}

/** The beginning of a time's minute. */
export function toMinute(timeMs: number): number {
  return timeMs - (timeMs % MINUTE_MS);
}

/** Reads one session within a transaction of this store. */
export async function readSession(manager: EntityManager, sessionId: SessionId): Promise<Session | null> {
  return toSession(await manager.findOneBy(SessionRow, { sessionId }));
}

/** Ends some of a user's standing sessions within a transaction of this store. @returns those that it ended */
export async function endSessions(
  manager: EntityManager,
  userId: UserId,
  choice: SessionChoice,
  nowMs: number,
): Promise<Session[]> {
  const { only, except, devices } = choice;
  const rows = await manager.findBy(SessionRow, {
    ...standingOf(userId, nowMs),
    ...(except === undefined ? {} : { sessionId: Not(except) }),
    ...(only === undefined ? {} : { sessionId: In(only.filter((sessionId) => sessionId !== except)) }),
    ...(devices === undefined ? {} : { deviceId: In([...devices]) }),
  });
  for (const { sessionId } of rows) await manager.update(SessionRow, { sessionId }, { endedAtMs: nowMs });
  return rows.map((row) => ({ ...toSession(row), endedAtMs: nowMs }));
}

/** Changes one session within a transaction of this store. */
export async function updateSession(
  manager: EntityManager,
  sessionId: SessionId,
  change: Partial<SessionRow>,
): Promise<void> {
  await manager.update(SessionRow, { sessionId }, change);
}

function toSession(row: SessionRow): Session;
function toSession(row: SessionRow | null): Session | null;
function toSession(row: SessionRow | null): Session | null {
  if (row === null) return null;
  const { generation, rotatedAtMs, createdAtMs, expiresAtMs, endedAtMs, lastSeenAtMs } = row;
  return {
    sessionId: row.sessionId as SessionId,
    userId: row.userId as UserId,
    deviceId: row.deviceId as DeviceId | null,
    generation,
    rotatedAtMs,
    createdAtMs,
    expiresAtMs,
    endedAtMs,
    lastSeenAtMs,
  };
}
