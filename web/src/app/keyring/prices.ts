import type { PriceEntry } from '@secureconnect/contracts/credits';
import { computed, inject, Injectable, resource } from '@angular/core';

import { Keyring } from './keyring';
import { priceViews } from './price-views';
import type { Refused } from './views';

/** What things cost, as the server lists it; asked for once a page. */
@Injectable()
export class PriceList {
  readonly #keyring = inject(Keyring);
  readonly #answer = resource({
    loader: async () => ({ outcome: await this.#keyring.remote.prices(), atMs: Date.now() }),
  });
  readonly #known = computed(() => (this.#answer.hasValue() ? this.#answer.value() : null));

  /** null until known. */
  readonly entries = computed<readonly PriceEntry[] | null>(() => {
    const outcome = this.#known()?.outcome;
    return outcome?.ok === true ? outcome.value.entries : null;
  });
  readonly views = computed(() => {
    const entries = this.entries();
    return entries && priceViews(entries, this.#known()?.atMs ?? 0);
  });
  readonly refused = computed<Refused | null>(() => {
    const outcome = this.#known()?.outcome;
    return outcome === undefined || outcome.ok ? null : outcome;
  });

  ask(): void {
    this.#answer.reload();
  }
}
