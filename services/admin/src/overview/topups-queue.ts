import type { TopupDecisions, TopupsQuery } from '@secureconnect/contracts/admin-topups';
import type { UserId } from '@secureconnect/contracts/ids';
import {
  DecideTopupsAnswer,
  TopupsPageAnswer,
  type DecideTopups,
  type TopupsPage,
} from '@secureconnect/contracts/topups';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import type { AuditAction } from '../audit/audit-entry.js';
import type { OperatorStore } from '../store/operator-store.js';

const ACTIONS: Readonly<Record<TopupDecisions['move'], AuditAction>> = {
  approve: 'topup.approval-asked',
  reject: 'topup.rejection-asked',
};

/** Requests for credits, which the ledger keeps and operators decide. */
export class TopupsQueue {
  constructor(
    private readonly http: InternalHttp,
    private readonly operators: OperatorStore,
  ) {}

  /** @throws PeerUnavailable while credits is away */
  page(query: TopupsQuery): Promise<TopupsPageAnswer> {
    const body: TopupsPage = query;
    return this.http.call({ peer: 'credits', path: '/internal/topups/page', body, answer: TopupsPageAnswer });
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
}
