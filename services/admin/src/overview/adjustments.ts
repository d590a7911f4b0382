import type { AdjustAnswer, AdjustRequest } from '@secureconnect/contracts/admin-acts';
import type { UserId } from '@secureconnect/contracts/ids';
import { AdjustCreditsAnswer, UsersLookupAnswer, type AdjustCredits } from '@secureconnect/contracts/internal';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { Accountable } from '../audit/accountable.js';
import type { Deed } from '../audit/deed.js';

/** Credits that operators give to users and take from them, by moves of the ledger. */
export class Adjustments {
  constructor(
    private readonly http: InternalHttp,
    private readonly accountable: Accountable,
  ) {}

  /** @throws Violation `not-found`; PeerUnavailable while auth or credits is away, when asking again under the same id moves nothing twice */
  async adjust(actor: UserId, target: UserId, request: AdjustRequest): Promise<AdjustAnswer> {
    await this.#mustExist(target);
    const { amount, reason } = request;
    const deed: Deed = { actor, action: 'user.adjust', target, concerns: target, amount, reason };
    const body: AdjustCredits = { ...request, userId: target, byUserId: actor };
    const { outcome, available } = await this.accountable.performAll(
      [deed],
      () => this.http.call({ peer: 'credits', path: '/internal/adjustments', body, answer: AdjustCreditsAnswer }),
      ({ changed }) => [changed ? 'done' : 'refused'],
    );
    return { outcome, available };
  }

  /** The ledger opens an account for whatever id it is asked about. */
  async #mustExist(userId: UserId): Promise<void> {
    const { users } = await this.http.call({
      peer: 'auth',
      path: '/internal/users/lookup',
      body: { userIds: [userId] },
      answer: UsersLookupAnswer,
    });
    if (users.length === 0) throw new Violation('not-found');
  }
}
