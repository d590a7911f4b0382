import type {
  AppointAnswer,
  AppointRequest,
  DismissAnswer,
  DismissRequest,
  OperatorsAnswer,
} from '@secureconnect/contracts/admin-operators';
import type { UserId } from '@secureconnect/contracts/ids';
import { UsersLookupAnswer } from '@secureconnect/contracts/internal';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { OperatorStore } from '../store/operator-store.js';
import type { Names } from './names.js';

/** Operators make others operators, and take the role back. One who can log in is always left. */
export class Operators {
  constructor(
    private readonly http: InternalHttp,
    private readonly store: OperatorStore,
    private readonly names: Names,
  ) {}

  async list(): Promise<OperatorsAnswer> {
    const operators = this.store.all();
    const names = await this.names.of(operators.flatMap(({ userId, appointedBy }) => [userId, appointedBy ?? userId]));
    return {
      operators: operators.map((operator) => ({
        ...operator,
        username: names.get(operator.userId) ?? null,
        appointedByName: operator.appointedBy === null ? null : (names.get(operator.appointedBy) ?? null),
      })),
    };
  }

  /** @throws Violation `not-found`; `forbidden` for who was dismissed meanwhile; PeerUnavailable while auth is away */
  async appoint(actor: UserId, target: UserId, { reason }: AppointRequest): Promise<AppointAnswer> {
    const [account] = await this.#accountsOf([target]);
    if (account === undefined) throw new Violation('not-found');
    if (account.banned) return { outcome: 'closed' };
    const deed = { actor, action: 'operator.appoint', target, concerns: target, amount: null, reason } as const;
    return answered(await this.store.appoint(deed));
  }

  /**
   * @throws Violation `invalid-request` for the own role unless it is said to be that; `forbidden` for who was dismissed meanwhile;
   *   PeerUnavailable while auth is away
   */
  async dismiss(actor: UserId, target: UserId, { reason, own }: DismissRequest): Promise<DismissAnswer> {
    if (own !== (actor === target)) throw new Violation('invalid-request', { fields: ['own'] });
    const accounts = await this.#accountsOf(this.store.all().map(({ userId }) => userId));
    const able = accounts.filter(({ banned }) => !banned).map(({ userId }) => userId);
    const deed = { actor, action: 'operator.dismiss', target, concerns: target, amount: null, reason } as const;
    return answered(await this.store.dismiss(deed, able));
  }

  async #accountsOf(userIds: readonly UserId[]): Promise<UsersLookupAnswer['users']> {
    const body = { userIds };
    return (await this.http.call({ peer: 'auth', path: '/internal/users/lookup', body, answer: UsersLookupAnswer }))
      .users;
  }
}

function answered<T extends string>(outcome: T | 'forbidden'): { outcome: Exclude<T, 'forbidden'> } {
  if (outcome === 'forbidden') throw new Violation('forbidden');
  return { outcome: outcome as Exclude<T, 'forbidden'> };
}
