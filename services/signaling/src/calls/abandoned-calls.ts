import type { CallStore } from '../store/call-store.js';

/** A call that nobody answered is over after this, even if who started it vanished: well before its hold is. */
export const UNANSWERED_MAX_MS = 120_000;
/** Nobody talks for so long without the row being looked at again; it says no more than that there was a call. */
export const CONNECTED_MAX_MS = 86_400_000;

export interface AbandonedCallsOptions {
  readonly store: Pick<CallStore, 'abandon'>;
  readonly intervalMs: number;
  readonly onEnded: (count: number) => void;
  readonly onFailed: (error: unknown) => void;
}

/** Ends, now and again, the calls whose devices vanished without a word. Any replica does it for all. */
export class AbandonedCalls {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: AbandonedCallsOptions) {}

  start(): void {
    this.#timer = setInterval(() => {
      this.endNow().catch(this.options.onFailed);
    }, this.options.intervalMs);
    this.#timer.unref();
  }

  async endNow(nowMs = Date.now()): Promise<void> {
    const { store, onEnded } = this.options;
    const unanswered = await store.abandon('started', nowMs - UNANSWERED_MAX_MS);
    const endless = await store.abandon('connected', nowMs - CONNECTED_MAX_MS);
    if (unanswered + endless > 0) onEnded(unanswered + endless);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
