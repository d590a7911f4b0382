import type { ResetCodeAnswer } from '@secureconnect/contracts/admin';
import type { UserId } from '@secureconnect/contracts/ids';
import { MakeResetCodeAnswer, type MakeResetCode } from '@secureconnect/contracts/internal';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { PeerRefusal } from '@secureconnect/platform/internal-http/peer-errors';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { Accountable } from '../audit/accountable.js';
import type { Deed } from '../audit/deed.js';

/** Codes with which people who lost password and recovery key start fresh. No operator gets any nearer to anybody's keys. */
export class ResetCodes {
  constructor(
    private readonly http: InternalHttp,
    private readonly accountable: Accountable,
  ) {}

  /**
   * Written down before auth is asked: a code that nobody can account for is worse than a line about one that was not made.
   * @throws Violation `not-found`; PeerUnavailable while auth is away
   */
  async make(actor: UserId, target: UserId): Promise<ResetCodeAnswer> {
    const deed: Deed = {
      actor,
      action: 'user.reset-code',
      target,
      concerns: target,
      amount: null,
      reason: 'start fresh',
    };
    const body: MakeResetCode = { userId: target, byUserId: actor };
    try {
      return await this.accountable.perform(deed, () =>
        this.http.call({ peer: 'auth', path: '/internal/users/reset-code', body, answer: MakeResetCodeAnswer }),
      );
    } catch (error) {
      if (error instanceof PeerRefusal && error.status === 404) throw new Violation('not-found');
      throw error;
    }
  }
}
