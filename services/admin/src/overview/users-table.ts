import type { UserRow, UsersAnswer, UsersQuery } from '@secureconnect/contracts/admin';
import type { UserId } from '@secureconnect/contracts/ids';
import { BalancesAnswer, UsersPageAnswer } from '@secureconnect/contracts/internal';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { PeerUnavailable } from '@secureconnect/platform/internal-http/peer-errors';
import type { EventLog } from '@secureconnect/platform/logging/event-log';
import type { OperatorStore } from '../store/operator-store.js';

/** A table of people is worth more now without its credits than later with them. */
const CREDITS_DEADLINE_MS = 1_000;

/** The users as operators see them: who they are from auth, what they have from credits, who operates from here. */
export class UsersTable {
  constructor(
    private readonly http: InternalHttp,
    private readonly operators: OperatorStore,
    private readonly log: EventLog,
  ) {}

  /** @throws PeerUnavailable while auth is away */
  async page(query: UsersQuery): Promise<UsersAnswer> {
    const { users, total } = await this.http.call({
      peer: 'auth',
      path: '/internal/users/page',
      body: query,
      answer: UsersPageAnswer,
    });
    if (users.length === 0) return { users: [], total };
    const userIds = users.map((user) => user.userId);
    const [credits, operators] = await Promise.all([this.#creditsOf(userIds), this.operators.operatorsAmong(userIds)]);
    return {
      users: users.map((user): UserRow => ({
        ...user,
        role: operators.has(user.userId) ? 'admin' : 'user',
        credits: credits.get(user.userId) ?? null,
      })),
      total,
    };
  }

  /** What the users can spend; nothing at all while credits is away. */
  async #creditsOf(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, number>> {
    try {
      const { balances } = await this.http.call({
        peer: 'credits',
        path: '/internal/balances',
        body: { userIds },
        answer: BalancesAnswer,
        deadlineMs: CREDITS_DEADLINE_MS,
      });
      return new Map(balances.map((balance) => [balance.userId, balance.available]));
    } catch (error) {
      if (!(error instanceof PeerUnavailable)) throw error;
      this.log.warn('users.without-credits', { reason: error.reason });
      return new Map();
    }
  }
}
