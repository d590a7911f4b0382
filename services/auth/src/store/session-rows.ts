import type { DeviceId, SessionId, UserId } from '@secureconnect/contracts/ids';
import type { Store } from '@secureconnect/platform/store/store';
import { In, LessThan, type EntityManager } from 'typeorm';
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
}

export type NewSession = Omit<Session, 'endedAtMs'>;

/** What a rule decided about a session: its new values (or null for none), and what to tell the caller. */
export interface Decision<T> {
  readonly change: Partial<
    Pick<Session, 'deviceId' | 'generation' | 'rotatedAtMs' | 'expiresAtMs' | 'endedAtMs'>
  > | null;
  readonly result: T;
}

export class SessionRows {
  constructor(private readonly store: Store) {}

  async create(session: NewSession): Promise<void> {
    await this.store.writes.run((manager) => manager.insert(SessionRow, { ...session, endedAtMs: null }));
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

/** Changes one session within a transaction of this store. */
export async function updateSession(
  manager: EntityManager,
  sessionId: SessionId,
  change: Partial<SessionRow>,
): Promise<void> {
  await manager.update(SessionRow, { sessionId }, change);
}

function toSession(row: SessionRow | null): Session | null {
  if (row === null) return null;
  const { generation, rotatedAtMs, createdAtMs, expiresAtMs, endedAtMs } = row;
  return {
    sessionId: row.sessionId as SessionId,
    userId: row.userId as UserId,
    deviceId: row.deviceId as DeviceId | null,
    generation,
    rotatedAtMs,
    createdAtMs,
    expiresAtMs,
    endedAtMs,
  };
}
