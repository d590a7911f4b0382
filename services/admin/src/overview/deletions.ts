import { Done } from '@secureconnect/contracts/admin';
import type { DeleteRequest } from '@secureconnect/contracts/admin-acts';
import type { UserId } from '@secureconnect/contracts/ids';
import type { DeleteUser } from '@secureconnect/contracts/internal';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { PeerRefusal } from '@secureconnect/platform/internal-http/peer-errors';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { Accountable } from '../audit/accountable.js';
import type { Deed } from '../audit/deed.js';
import type { OperatorStore } from '../store/operator-store.js';

/** Accounts are taken away for good. */
export class Deletions {
  constructor(
    private readonly http: InternalHttp,
    private readonly operators: OperatorStore,
    private readonly accountable: Accountable,
  ) {}

  /**
   * @throws Violation `not-found`; `forbidden` for an operator's account, one's own among them; `invalid-request` for another name than the
   *   account's; PeerUnavailable while auth is away
   */
  async delete(actor: UserId, target: UserId, { username, reason }: DeleteRequest): Promise<Done> {
    if (this.operators.isOperator(target)) throw new Violation('forbidden');
    const deed: Deed = { actor, action: 'user.delete', target, concerns: target, amount: null, reason };
    const body: DeleteUser = { userId: target, username };
    try {
      return await this.accountable.perform(deed, () =>
        this.http.call({ peer: 'auth', path: '/internal/users/delete', body, answer: Done }),
      );
    } catch (error) {
      if (!(error instanceof PeerRefusal)) throw error;
      if (error.status === 404) throw new Violation('not-found');
      if (error.status === 400) throw new Violation('invalid-request', { fields: ['username'] });
      throw error;
    }
  }
}
