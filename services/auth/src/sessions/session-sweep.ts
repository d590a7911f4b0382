import type { EventLog } from '@secureconnect/platform/logging/event-log';
import type { SessionRows } from '../store/session-rows.js';

const INTERVAL_MS = 3_600_000;
/** How long an expired session is remembered. */
const KEEP_MS = 7 * 24 * 3_600_000;

/** Forgets sessions that expired a week ago, once an hour. */
export class SessionSweep {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly rows: SessionRows,
    private readonly log: EventLog,
  ) {}

  start(): void {
    this.#timer = setInterval(() => {
      this.rows.forgetExpired(Date.now() - KEEP_MS).catch((error: unknown) => {
        this.log.error('session.sweep-failed', error);
      });
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
