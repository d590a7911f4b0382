import type { TopupDecisions, TopupsQuery, TopupsQueueAnswer } from '@secureconnect/contracts/admin-topups';
import type { UserId, Username } from '@secureconnect/contracts/ids';
import { UsersLookupAnswer } from '@secureconnect/contracts/internal';
import {
  DecideTopupsAnswer,
  TopupsPageAnswer,
  type DecideTopups,
  type TopupsPage,
} from '@secureconnect/contracts/topups';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { PeerUnavailable } from '@secureconnect/platform/internal-http/peer-errors';
import type { AuditAction } from '../audit/audit-entry.js';
import type { OperatorStore } from '../store/operator-store.js';

const ACTIONS: Readonly<Record<TopupDecisions['move'], AuditAction>> = {
  approve: 'topup.approval-asked',
  reject: 'topup.rejection-asked',
};

const NAMES_DEADLINE_MS = 1_000;

/** Requests for credits, which the ledger keeps and operators decide. */
export class TopupsQueue {
  constructor(
    private readonly http: InternalHttp,
    private readonly operators: OperatorStore,
  ) {}

  /** @throws PeerUnavailable while credits is away */
  async page(query: TopupsQuery): Promise<TopupsQueueAnswer> {
    const body: TopupsPage = query;
    const page = await this.http.call({
      peer: 'credits',
      path: '/internal/topups/page',
      body,
      answer: TopupsPageAnswer,
    });
    const names = await this.#namesOf(page.topups.flatMap(({ userId, decidedBy }) => [userId, decidedBy ?? userId]));
    return {
      topups: page.topups.map((topup) => ({
        ...topup,
        username: names.get(topup.userId) ?? null,
        decidedByName: topup.decidedBy === null ? null : (names.get(topup.decidedBy) ?? null),
      })),
      total: page.total,
    };
  }

  /**
   * Written down before credits is asked, a line a request: a decision that nobody can account for is worse than a line about one
   * that came second. The ledger says which it was.
   * @throws PeerUnavailable while credits is away; asking again decides nothing twice
   */
  async decide(actor: UserId, { move, topupIds, reason }: TopupDecisions): Promise<DecideTopupsAnswer> {
    await this.operators.noteAll(topupIds.map((target) => ({ actor, action: ACTIONS[move], target, reason })));
    const decisions = topupIds.map((topupId) => ({ topupId, move, byUserId: actor, reason }));
    const body: DecideTopups = { decisions };
    return this.http.call({ peer: 'credits', path: '/internal/topups/decisions', body, answer: DecideTopupsAnswer });
  }

  /** Nothing at all while auth is away: a queue without names is worth more now than one with them later. */
  async #namesOf(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, Username>> {
    const wanted = [...new Set(userIds)];
    if (wanted.length === 0) return new Map();
    try {
      const { users } = await this.http.call({
        peer: 'auth',
        path: '/internal/users/lookup',
        body: { userIds: wanted },
        answer: UsersLookupAnswer,
        deadlineMs: NAMES_DEADLINE_MS,
      });
      return new Map(users.map(({ userId, username }) => [userId, username]));
    } catch (error) {
      if (!(error instanceof PeerUnavailable)) throw error;
      return new Map();
    }
  }
}
