import type {
  AvailableAnswer,
  CaptureCharges,
  ChargeKind,
  CloseAllowances,
  GrantAllowances,
  GrantAllowancesAnswer,
  PlaceHolds,
  PlaceHoldsAnswer,
  SettleHolds,
  SettleHoldsAnswer,
} from '@secureconnect/contracts/internal';
import type { UserId } from '@secureconnect/contracts/ids';
import { closeAllowance, grantAllowance } from '../ledger/allowance-rules.js';
import { availableOf, type Book } from '../ledger/book.js';
import { captureCharge, placeHold, settle } from '../ledger/charge-rules.js';
import type { LedgerStore } from '../store/ledger-store.js';

/** Told what batches came to, for the metrics. */
export interface ChargeObserver {
  held(outcome: PlaceHoldsAnswer['results'][number]['outcome']): void;
  settled(move: SettleHolds['settlements'][number]['move'], state: SettleHoldsAnswer['results'][number]['state']): void;
  captured(count: number): void;
  allowed(outcome: GrantAllowancesAnswer['results'][number]['outcome']): void;
}

/** Batches of holds, settlements, allowances and captures: one transaction each, entries in the order asked, answered when durable. */
export class Charges {
  constructor(
    private readonly ledger: LedgerStore,
    private readonly lifetimesMs: Readonly<Record<ChargeKind, number>>,
    private readonly observer: ChargeObserver,
  ) {}

  async hold(batch: PlaceHolds): Promise<PlaceHoldsAnswer> {
    const results = await this.ledger.transact((book, nowMs) =>
      batch.holds.map((hold) => placeHold(book, hold, { nowMs, lifetimeMs: this.lifetimesMs[hold.kind] })),
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
  async grant(batch: GrantAllowances): Promise<GrantAllowancesAnswer> {
    const results = await this.ledger.transact((book, nowMs) =>
      batch.allowances.map((request) => grantAllowance(book, request, { nowMs, lifetimeMs: this.lifetimesMs.message })),
    );
    for (const { outcome } of results) this.observer.allowed(outcome);
    return { results };
  }

  close(batch: CloseAllowances): Promise<AvailableAnswer> {
    return this.ledger.transact((book) => {
      for (const { allowanceId, userId } of batch.allowances) closeAllowance(book, allowanceId, userId);
      return availableIn(book, batch.allowances);
    });
  }

  async capture(batch: CaptureCharges): Promise<AvailableAnswer> {
    const { captured, answer } = await this.ledger.transact((book, nowMs) => ({
      captured: batch.charges.filter((charge) => captureCharge(book, charge, nowMs)).length,
      answer: availableIn(book, batch.charges),
    }));
    this.observer.captured(captured);
    return answer;
  }
}

function availableIn(book: Book, requests: readonly { readonly userId: UserId }[]): AvailableAnswer {
  const userIds = new Set(requests.map(({ userId }) => userId));
  return { balances: [...userIds].map((userId) => ({ userId, available: availableOf(book.account(userId)) })) };
}
