import { brokenInvariants, type AuditCounts, type Invariant } from './invariants.js';

export interface LedgerWatchOptions {
  readonly audit: () => Promise<AuditCounts>;
  readonly intervalMs: number;
  readonly onIntact: (counts: AuditCounts) => void;
  readonly onBroken: (broken: readonly Invariant[], counts: AuditCounts) => void;
  readonly onFailed: (error: unknown) => void;
}

/** Audits the whole ledger at start and then now and again, beside the traffic. A ledger that does not add up is said aloud. */
export class LedgerWatch {
  #timer: NodeJS.Timeout | undefined;
  #broken: readonly Invariant[] = [];
  #stopped = false;

  constructor(private readonly options: LedgerWatchOptions) {}

  /** What the last audit found. */
  get isIntact(): boolean {
    return this.#broken.length === 0;
  }

  start(): void {
    void this.#round();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    try {
      const counts = await this.options.audit();
      this.#broken = brokenInvariants(counts);
      if (this.isIntact) this.options.onIntact(counts);
      else this.options.onBroken(this.#broken, counts);
    } catch (error) {
      if (!this.#stopped) this.options.onFailed(error);
    }
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#round(), this.options.intervalMs);
    this.#timer.unref();
  }
}
