import { LIMITS } from '@secureconnect/contracts/limits';
import type { ChargeKind } from '@secureconnect/contracts/internal';
import type { Charge } from '../ledger/book.js';
import { closeExpired } from '../ledger/allowance-rules.js';
import { settleExpired } from '../ledger/charge-rules.js';
import type { LedgerStore } from '../store/ledger-store.js';
import type { Owners } from './owners.js';

export interface SweeperOptions {
  readonly ledger: LedgerStore;
  readonly owners: Owners;
  /** Pause between two sweeps. */
  readonly intervalMs: number;
  /** How long after the end of its lifetime a hold is left alone. */
  readonly graceMs: number;
  readonly onSwept: (counts: SweepCounts) => void;
  /** The owner of these charges did not answer; they are tried again later. */
  readonly onAway: (kind: ChargeKind | 'allowance', error: unknown) => void;
  /** A sweep failed in the store; the next one begins anew. */
  readonly onFailed: (error: unknown) => void;
}

export interface SweepCounts {
  readonly captured: number;
  readonly released: number;
  /** Allowances closed. */
  readonly closed: number;
}

/**
 * Settles the holds that nobody settled: their caller died, or could not reach us. It asks the owner of the thing whether it
 * exists, and captures or releases. Allowances that nobody closed end likewise, once no capture on them is on its way: those were
 * written with the things themselves, within the first half of the allowance's lifetime.
 *
 * Why a release is safe: the gateway stores a message only within the first half of its hold's lifetime, and a hold is swept
 * after all of it and a grace. When the owner says "no such message" then, none can appear any more. Should one all the same (a
 * process that slept between its check and its commit, a clock that jumped), its capture debits anew: it is paid once either way.
 */
export class Sweeper {
  #timer: NodeJS.Timeout | undefined;
  #sweep: Promise<void> | undefined;
  #stopped = false;

  constructor(private readonly options: SweeperOptions) {}

  start(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      void this.sweepNow()
        .catch(this.options.onFailed)
        .finally(() => {
          this.start();
        });
    }, this.options.intervalMs);
  }

  /** Settles everything that is due. Sweeps never overlap. An owner that is away is no failure. */
  sweepNow(): Promise<void> {
    this.#sweep ??= this.#sweepAll().finally(() => {
      this.#sweep = undefined;
    });
    return this.#sweep;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#sweep?.catch(() => undefined);
  }

  async #sweepAll(): Promise<void> {
    await this.#sweepAllowances();
    for (;;) {
      const due = await this.options.ledger.expiredHolds(Date.now() - this.options.graceMs, LIMITS.internalBatchMax);
      if (due.length === 0) return;
      let settled = 0;
      for (const [kind, charges] of byKind(due)) settled += await this.#settle(kind, charges);
      // Nobody answered, or all of them moved meanwhile: the next sweep looks again.
      if (settled === 0 || due.length < LIMITS.internalBatchMax || this.#stopped) return;
    }
  }

  async #sweepAllowances(): Promise<void> {
    const { ledger, owners, graceMs } = this.options;
    const due = await ledger.expiredAllowances(Date.now() - graceMs, LIMITS.internalBatchMax);
    if (due.length === 0) return;
    let unsettled: ReadonlySet<string>;
    try {
      unsettled = await owners.unsettled(due.map(({ allowanceId }) => allowanceId));
    } catch (error) {
      this.options.onAway('allowance', error);
      return;
    }
    const over = due.filter(({ allowanceId }) => !unsettled.has(allowanceId));
    if (over.length === 0) return;
    const closed = await ledger.transact((book) => over.filter((allowance) => closeExpired(book, allowance)).length);
    this.options.onSwept({ captured: 0, released: 0, closed });
  }

  async #settle(kind: ChargeKind, charges: readonly Charge[]): Promise<number> {
    let existing: ReadonlySet<string>;
    try {
      existing = await this.options.owners.existing(
        kind,
        charges.map((charge) => charge.key),
      );
    } catch (error) {
      this.options.onAway(kind, error);
      return 0;
    }
    const settled = await this.options.ledger.transact((book) =>
      charges.filter((charge) => settleExpired(book, charge, existing.has(charge.key))),
    );
    const captured = settled.filter((charge) => existing.has(charge.key)).length;
    this.options.onSwept({ captured, released: settled.length - captured, closed: 0 });
    return settled.length;
  }
}

function byKind(charges: readonly Charge[]): Map<ChargeKind, Charge[]> {
  const groups = new Map<ChargeKind, Charge[]>();
  for (const charge of charges) groups.set(charge.kind, [...(groups.get(charge.kind) ?? []), charge]);
  return groups;
}
