import type { StatisticsAnswer } from '@secureconnect/contracts/statistics';
import { inject, Injectable } from '@angular/core';

import { Keyring } from './keyring';
import type { Outcome } from './views';

/** What the server does and how its parts are, as totals, for admins. */
@Injectable({ providedIn: 'root' })
export class Statistics {
  readonly #keyring = inject(Keyring);

  now(): Promise<Outcome<StatisticsAnswer>> {
    return this.#keyring.remote.statistics();
  }
}
