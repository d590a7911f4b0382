import type { UserId } from '@secureconnect/contracts/ids';
import type { Ban } from '@secureconnect/contracts/problem';
import type { EventLog } from '@secureconnect/platform/logging/event-log';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { Sessions } from '../sessions/sessions.js';
import type { AccountRows } from '../store/account-rows.js';

/** Accounts that operators have closed. Nothing of them is lost: keys, vault and messages wait for the day on which they are opened. */
export class Bans {
  constructor(
    private readonly rows: AccountRows,
    private readonly sessions: Sessions,
    private readonly log: EventLog,
  ) {}

  /** Closes an account; its sockets are cut on every replica. @throws Violation `not-found`, `invalid-request` for an end that is over */
  async ban(userId: UserId, ban: Ban): Promise<void> {
    const nowMs = Date.now();
    if (ban.untilMs !== null && ban.untilMs <= nowMs) throw new Violation('invalid-request', { fields: ['untilMs'] });
    const ended = await this.rows.ban(userId, ban, nowMs);
    if (ended === null) throw new Violation('not-found');
    this.log.warn('account.banned', { userId, sessionsEnded: ended.length });
    this.sessions.announceEnded(ended, 'banned');
  }

  /** Opens it again. @throws Violation `not-found` */
  async unban(userId: UserId): Promise<void> {
    if (!(await this.rows.unban(userId))) throw new Violation('not-found');
    this.log.warn('account.unbanned', { userId });
  }
}
