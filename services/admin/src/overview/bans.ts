import { Done, type BanRequest, type UnbanRequest } from '@secureconnect/contracts/admin';
import type { UserId } from '@secureconnect/contracts/ids';
import type { BanUser, UnbanUser } from '@secureconnect/contracts/internal';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { PeerRefusal } from '@secureconnect/platform/internal-http/peer-errors';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { Accountable } from '../audit/accountable.js';
import type { Deed } from '../audit/deed.js';
import type { OperatorStore } from '../store/operator-store.js';

/** Accounts are closed and opened again. It stands in the audit log, like all that an operator does to somebody. */
export class Bans {
  constructor(
    private readonly http: InternalHttp,
    private readonly operators: OperatorStore,
    private readonly accountable: Accountable,
  ) {}

  /**
   * @throws Violation `not-found`; `forbidden` for an operator's account, one's own among them; `invalid-request` for an end that is over;
   *   PeerUnavailable while auth is away
   */
  async ban(actor: UserId, target: UserId, ban: BanRequest): Promise<Done> {
    if (this.operators.isOperator(target)) throw new Violation('forbidden');
    if (ban.untilMs !== null && ban.untilMs <= Date.now()) {
      throw new Violation('invalid-request', { fields: ['untilMs'] });
    }
    const deed: Deed = { actor, action: 'user.ban', target, concerns: target, amount: null, reason: ban.reason };
    return this.#ask(deed, '/internal/users/ban', { userId: target, ...ban });
  }

  /** @throws Violation `not-found`; PeerUnavailable while auth is away */
  async unban(actor: UserId, target: UserId, { reason }: UnbanRequest): Promise<Done> {
    const deed: Deed = { actor, action: 'user.unban', target, concerns: target, amount: null, reason };
    return this.#ask(deed, '/internal/users/unban', { userId: target });
  }

  async #ask(deed: Deed, path: string, body: BanUser | UnbanUser): Promise<Done> {
    try {
      return await this.accountable.perform(deed, () => this.http.call({ peer: 'auth', path, body, answer: Done }));
    } catch (error) {
      if (error instanceof PeerRefusal && error.status === 404) throw new Violation('not-found');
      throw error;
    }
  }
}
