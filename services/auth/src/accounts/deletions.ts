import { randomBytes } from 'node:crypto';
import type { UserId, Username } from '@secureconnect/contracts/ids';
import type { EventLog } from '@secureconnect/platform/logging/event-log';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { Sessions } from '../sessions/sessions.js';
import type { DeletionRows } from '../store/deletion-rows.js';
import type { PasswordVerifier } from './password-verifier.js';

const SECRET_BYTES = 32;
const secret = () => randomBytes(SECRET_BYTES).toString('base64url');

/** Accounts that are gone for good. What was signed by them can still be checked by those who have it: their public keys stay. */
export class Deletions {
  constructor(
    private readonly rows: DeletionRows,
    private readonly verifier: PasswordVerifier,
    private readonly sessions: Sessions,
    private readonly log: EventLog,
  ) {}

  /**
   * Destroys what opens the account, its vault and its address, and cuts its sockets on every replica.
   * @param username - as the operator typed it
   * @throws Violation `not-found`; `invalid-request` for another name than the account's
   */
  async delete(userId: UserId, username: Username): Promise<void> {
    // Of random secrets that nobody knows.
    const replaced = { verifier: await this.verifier.make(secret()), serverShare: secret() };
    const ended = await this.rows.delete(userId, username, replaced, Date.now());
    if (ended === 'not-found') throw new Violation('not-found');
    if (ended === 'other-name') throw new Violation('invalid-request', { fields: ['username'] });
    this.log.warn('account.deleted', { userId, sessionsEnded: ended.length });
    this.sessions.announceEnded(ended, 'banned');
  }
}
