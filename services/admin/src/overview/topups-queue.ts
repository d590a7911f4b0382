import type { TopupDecisions, TopupsQuery, TopupsQueueAnswer } from '@secureconnect/contracts/admin-topups';
import type { AuditAction } from '@secureconnect/contracts/audit';
import type { UserId } from '@secureconnect/contracts/ids';
import {
  DecideTopupsAnswer,
  TopupsLookupAnswer,
  TopupsPageAnswer,
  type DecideTopups,
  type TopupId,
  type TopupsLookup,
  type TopupsPage,
} from '@secureconnect/contracts/topups';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import type { Accountable } from '../audit/accountable.js';
import type { Deed } from '../audit/deed.js';
import type { Names } from '../operators/names.js';

const ACTIONS: Readonly<Record<TopupDecisions['move'], AuditAction>> = {
  approve: 'topup.approve',
  reject: 'topup.reject',
};

/** Requests for credits, which the ledger keeps and operators decide. */
export class TopupsQueue {
  constructor(
    private readonly http: InternalHttp,
    private readonly accountable: Accountable,
    private readonly names: Names,
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
    const names = await this.names.of(page.topups.flatMap(({ userId, decidedBy }) => [userId, decidedBy ?? userId]));
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
   * A line of the audit log a request, with whom it concerns; the ledger says which of two operators was first.
   * @throws PeerUnavailable while credits is away; asking again decides nothing twice
   */
  async decide(actor: UserId, { move, topupIds, reason }: TopupDecisions): Promise<DecideTopupsAnswer> {
    const known = await this.#known(topupIds);
    const deeds = topupIds.map((target): Deed => {
      const topup = known.get(target);
      const [concerns, amount] = [topup?.userId ?? null, topup?.amount ?? null];
      return { actor, action: ACTIONS[move], target, concerns, amount, reason };
    });
    const decisions = topupIds.map((topupId) => ({ topupId, move, byUserId: actor, reason }));
    const body: DecideTopups = { decisions };
    return this.accountable.performAll(
      deeds,
      () => this.http.call({ peer: 'credits', path: '/internal/topups/decisions', body, answer: DecideTopupsAnswer }),
      ({ results }) => results.map(({ changed }) => (changed ? 'done' : 'refused')),
    );
  }

  async #known(topupIds: readonly TopupId[]): Promise<ReadonlyMap<TopupId, TopupsLookupAnswer['topups'][number]>> {
    const body: TopupsLookup = { topupIds: [...topupIds] };
    const { topups } = await this.http.call({
      peer: 'credits',
      path: '/internal/topups/lookup',
      body,
      answer: TopupsLookupAnswer,
    });
    return new Map(topups.map((topup) => [topup.topupId, topup]));
  }
}
