import type { SessionId } from '@secureconnect/contracts/ids';
import type { EventLog } from '@secureconnect/platform/logging/event-log';
import { toMinute, type SessionRows } from '../store/session-rows.js';

const FLUSH_MS = 60_000;
/** Sessions noted between two writes; beyond that the next write comes at once. */
const NOTED_MAX = 20_000;

/** In which minute sessions were last used: kept in memory, written once a minute for all of them together. */
export class LastSeen {
  #minutes = new Map<SessionId, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly rows: SessionRows,
    private readonly log: EventLog,
  ) {}

  start(): void {
    this.#timer = setInterval(() => void this.flush(), FLUSH_MS);
    this.#timer.unref();
  }

  stop(): Promise<void> {
    clearInterval(this.#timer);
    return this.flush();
  }

  note(sessionId: SessionId, nowMs: number): void {
    this.#minutes.set(sessionId, toMinute(nowMs));
    if (this.#minutes.size >= NOTED_MAX) void this.flush();
  }

  /** What was noted since the last write. */
  of(sessionId: SessionId): number {
    return this.#minutes.get(sessionId) ?? 0;
  }

  async flush(): Promise<void> {
    const minutes = this.#minutes;
    if (minutes.size === 0) return;
    this.#minutes = new Map();
    try {
      await this.rows.noteSeen(minutes);
    } catch (error) {
      this.log.error('session.last-seen-failed', error);
    }
  }
}
