import {
  PlaceHoldsAnswer,
  SettleHoldsAnswer,
  type HoldOutcome,
  type PlaceHolds,
  type SettleHolds,
} from '@secureconnect/contracts/internal';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';

export type Hold = PlaceHolds['holds'][number];
export type Settlement = SettleHolds['settlements'][number];

/** The ledger, as far as the gateway needs it. Both calls may be repeated safely. */
export interface Ledger {
  /** In the order asked. @throws PeerUnavailable | PeerRefusal while credits cannot answer */
  hold(holds: readonly Hold[]): Promise<readonly HoldOutcome[]>;
  /** @throws PeerUnavailable | PeerRefusal while credits cannot answer */
  settle(settlements: readonly Settlement[]): Promise<void>;
}

/** Asks the credits service on its internal port, one request a batch. */
export class LedgerByHttp implements Ledger {
  constructor(private readonly http: InternalHttp) {}

  async hold(holds: readonly Hold[]): Promise<readonly HoldOutcome[]> {
    const answer = await this.http.call({
      peer: 'credits',
      path: '/internal/holds',
      body: { holds } satisfies PlaceHolds | { holds: readonly Hold[] },
      answer: PlaceHoldsAnswer,
    });
    return answer.results;
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    for (let start = 0; start < settlements.length; start += LIMITS.internalBatchMax) {
      await this.http.call({
        peer: 'credits',
        path: '/internal/settlements',
        body: { settlements: settlements.slice(start, start + LIMITS.internalBatchMax) },
        answer: SettleHoldsAnswer,
      });
    }
  }
}
