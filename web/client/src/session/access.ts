import type { SessionInfo } from '@secureconnect/contracts/auth';
import type { Clock } from '../deps.js';
import type { AuthApi } from '../http/auth-api.js';
import type { Locks } from '../locks.js';
import type { BanView, SessionEnd } from '../messenger.js';
import { Refusal } from '../refusal.js';
import type { AccountHome, SessionRecord } from './account-home.js';

/** A cookie with less left than this is renewed before it is used. */
const RENEW_BEFORE_MS = 30_000;

export interface AccessParts {
  readonly auth: AuthApi;
  readonly home: AccountHome;
  readonly locks: Locks;
  readonly clock: Clock;
  /** The server says that the session is over; `ban`: with `banned`. */
  readonly ended: (by: SessionEnd, ban?: BanView) => void;
  /** The server speaks of another session, user or device. */
  readonly distrusted: () => void;
  readonly changed: (record: SessionRecord) => void;
  /** How the session ended in another tab: somebody else may have logged in there, and the cookies are theirs. null: it stands. */
  readonly endedElsewhere: () => Promise<SessionEnd | null>;
}

/** Keeps the access cookie fresh: one refresh at a time in this tab, one among all tabs. */
export class Access {
  readonly #parts: AccessParts;
  #record: SessionRecord;
  #renewal: Promise<void> | null = null;

  constructor(parts: AccessParts, record: SessionRecord) {
    this.#parts = parts;
    this.#record = record;
  }

  get record(): SessionRecord {
    return this.#record;
  }

  /**
   * Makes sure that the access cookie can be used.
   * @param renew - the server has refused the one that seemed good
   * @throws Refusal `session-ended`, `session-reused`, `account-banned` (after `ended` was called), or why no answer came
   */
  async ensure(renew = false): Promise<void> {
    const end = await this.#parts.endedElsewhere();
    if (end !== null) {
      this.#parts.ended(end);
      throw new Refusal('session-ended');
    }
    if (!renew && this.#record.accessExpiresAtMs - this.#parts.clock.nowMs() > RENEW_BEFORE_MS) return;
    this.#renewal ??= this.#renew(renew).finally(() => (this.#renewal = null));
    await this.#renewal;
  }

  /** Runs a request that needs the session; once more with a fresh cookie if the server does not know this one any longer. */
  async use<T>(request: () => Promise<T>): Promise<T> {
    await this.ensure();
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'unauthenticated')) throw error;
    }
    await this.ensure(true);
    return request();
  }

  /** Takes over what an answer says of the session. @throws Refusal `server-answer-refused` if it is not this one */
  async adopt(info: SessionInfo): Promise<void> {
    const { userId, username, deviceId, sessionId } = this.#record;
    const same =
      info.userId === userId &&
      info.username === username &&
      info.deviceId === deviceId &&
      info.sessionId === sessionId;
    if (!same) {
      this.#parts.distrusted();
      throw new Refusal('server-answer-refused');
    }
    const before = this.#record;
    this.#record = { ...before, role: info.role, accessExpiresAtMs: info.accessExpiresAtMs };
    await this.#parts.home.saveSession(this.#record);
    if (before.role !== info.role) this.#parts.changed(this.#record);
  }

  async #renew(forced: boolean): Promise<void> {
    const { auth, clock, home, locks } = this.#parts;
    await locks.hold(`sc-refresh-${this.#record.userId}`, async () => {
      const stored = await home.session();
      // A later log-in of the same account in another tab is this tab's session too.
      const goodUntilMs = this.#record.accessExpiresAtMs;
      if (stored !== null && stored.sessionId !== this.#record.sessionId) this.#record = stored;
      const renewedElsewhere = stored !== null && stored.accessExpiresAtMs !== goodUntilMs;
      if (renewedElsewhere && stored.accessExpiresAtMs - clock.nowMs() > RENEW_BEFORE_MS) {
        this.#record = stored;
        return;
      }
      if (!forced && this.#record.accessExpiresAtMs - clock.nowMs() > RENEW_BEFORE_MS) return;
      try {
        await this.adopt((await auth.refresh()).session);
      } catch (error) {
        const end = error instanceof Refusal ? endOf(error) : null;
        if (end !== null) this.#parts.ended(end, (error as Refusal).ban);
        throw error;
      }
    });
  }
}

function endOf({ code }: Refusal): SessionEnd | null {
  switch (code) {
    case 'session-reused':
      return 'reused';
    case 'account-banned':
      return 'banned';
    case 'session-ended':
    case 'unauthenticated':
      return 'expired';
    default:
      return null;
  }
}
