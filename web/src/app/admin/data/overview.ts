import type { StatisticsAnswer } from '@secureconnect/contracts/statistics';
import { computed, DestroyRef, inject, Injectable, linkedSignal, resource } from '@angular/core';

import { Statistics } from '../../keyring/statistics';
import type { Outcome, Refused } from '../../keyring/views';

const AGAIN_AFTER_MS = 10_000;

/** The totals, asked for again every few seconds while somebody looks. */
@Injectable()
export class Overview {
  readonly #statistics = inject(Statistics);
  readonly #answer = resource({ loader: async (): Promise<Outcome<StatisticsAnswer>> => this.#statistics.now() });
  readonly #newest = computed(() => (this.#answer.hasValue() ? this.#answer.value() : null));

  /** The last one that there was: an old picture says more than none. */
  readonly answer = linkedSignal<Outcome<StatisticsAnswer> | null, StatisticsAnswer | null>({
    source: this.#newest,
    computation: (newest, before) => (newest?.ok === true ? newest.value : (before?.value ?? null)),
  });
  /** Why the newest did not come. */
  readonly refused = computed<Refused | null>(() => {
    const newest = this.#newest();
    return newest === null || newest.ok ? null : newest;
  });

  constructor() {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') this.again();
    }, AGAIN_AFTER_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  again(): void {
    this.#answer.reload();
  }
}
