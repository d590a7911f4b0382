import {
  AvailableAnswer,
  GrantAllowancesAnswer,
  PlaceHoldsAnswer,
  SettleHoldsAnswer,
  type AllowanceOutcome,
  type CaptureCharges,
  type CloseAllowances,
  type GrantAllowances,
  type HoldOutcome,
  type PlaceHolds,
  type SettleHolds,
} from '@secureconnect/contracts/internal';
import { LIMITS } from '@secureconnect/contracts/limits';
import type * as z from 'zod';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';

export type Hold = PlaceHolds['holds'][number];
export type Settlement = SettleHolds['settlements'][number];
export type Capture = CaptureCharges['charges'][number];

/** The ledger, as far as the gateway needs it. All calls may be repeated safely. */
export interface Ledger {
  /** In the order asked. @throws PeerUnavailable | PeerRefusal while credits cannot answer */
  hold(holds: readonly Hold[]): Promise<readonly HoldOutcome[]>;
  /** @throws PeerUnavailable | PeerRefusal while credits cannot answer */
  settle(settlements: readonly Settlement[]): Promise<void>;
  /** In the order asked. @throws PeerUnavailable | PeerRefusal while credits cannot answer */
  grant(requests: GrantAllowances['allowances']): Promise<readonly AllowanceOutcome[]>;
  /** @throws PeerUnavailable | PeerRefusal while credits cannot answer */
  close(allowances: CloseAllowances['allowances']): Promise<void>;
  /** At most LIMITS.internalBatchMax at once. @returns what their users have now */
  capture(charges: readonly Capture[]): Promise<AvailableAnswer['balances']>;
}

/** Asks the credits service on its internal port, one request a batch. */
export class LedgerByHttp implements Ledger {
  constructor(private readonly http: InternalHttp) {}

  async hold(holds: readonly Hold[]): Promise<readonly HoldOutcome[]> {
    const answer = await this.#ask('/internal/holds', { holds }, PlaceHoldsAnswer);
    return answer.results;
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    for (let start = 0; start < settlements.length; start += LIMITS.internalBatchMax) {
      const batch = settlements.slice(start, start + LIMITS.internalBatchMax);
      await this.#ask('/internal/settlements', { settlements: batch }, SettleHoldsAnswer);
    }
  }

  async grant(requests: GrantAllowances['allowances']): Promise<readonly AllowanceOutcome[]> {
    const body = { allowances: requests } satisfies GrantAllowances;
    const answer = await this.#ask('/internal/allowances', body, GrantAllowancesAnswer);
    return answer.results;
  }

  async close(allowances: CloseAllowances['allowances']): Promise<void> {
    await this.#ask('/internal/allowances/close', { allowances } satisfies CloseAllowances, AvailableAnswer);
  }

  async capture(charges: readonly Capture[]): Promise<AvailableAnswer['balances']> {
    const answer = await this.#ask('/internal/captures', { charges }, AvailableAnswer);
    return answer.balances;
  }

  #ask<Answer extends z.ZodType>(path: string, body: unknown, answer: Answer): Promise<z.infer<Answer>> {
    return this.http.call({ peer: 'credits', path, body, answer });
  }
}
