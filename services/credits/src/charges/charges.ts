import type { PlaceHolds, PlaceHoldsAnswer, SettleHolds, SettleHoldsAnswer } from '@secureconnect/contracts/internal';
import { placeHold, settle } from '../ledger/charge-rules.js';
import type { LedgerStore } from '../store/ledger-store.js';

/** Told what batches came to, for the metrics. */
export interface ChargeObserver {
  held(outcome: PlaceHoldsAnswer['results'][number]['outcome']): void;
  settled(move: SettleHolds['settlements'][number]['move'], state: SettleHoldsAnswer['results'][number]['state']): void;
}

/** Batches of holds and settlements: one transaction each, entries in the order asked, answered when durable. */
export class Charges {
  constructor(
    private readonly ledger: LedgerStore,
    private readonly holdLifetimeMs: number,
    private readonly observer: ChargeObserver,
  ) {}

  async hold(batch: PlaceHolds): Promise<PlaceHoldsAnswer> {
    const results = await this.ledger.transact((book, nowMs) =>
      batch.holds.map((hold) => placeHold(book, hold, { nowMs, lifetimeMs: this.holdLifetimeMs })),
    );
    for (const { outcome } of results) this.observer.held(outcome);
    return { results };
  }

  async settle(batch: SettleHolds): Promise<SettleHoldsAnswer> {
    const results = await this.ledger.transact((book, nowMs) =>
      batch.settlements.map((settlement) => ({ ...settle(book, settlement, nowMs), move: settlement.move })),
    );
    return {
      results: results.map(({ move, ...result }) => {
        this.observer.settled(move, result.state);
        return result;
      }),
    };
  }
}
