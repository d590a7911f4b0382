import type {
  TopupDecisions as Decisions,
  TopupsQuery,
  TopupsQueueAnswer,
} from '@secureconnect/contracts/admin-topups';
import type { DecideTopupsAnswer } from '@secureconnect/contracts/topups';
import { inject, Injectable } from '@angular/core';

import { Keyring } from './keyring';
import type { Outcome } from './views';

/** Everybody's requests for credits, for admins. */
@Injectable({ providedIn: 'root' })
export class TopupDecisions {
  readonly #keyring = inject(Keyring);

  queue(query: TopupsQuery): Promise<Outcome<TopupsQueueAnswer>> {
    return this.#keyring.remote.topupQueue(query);
  }

  decide(decisions: Decisions): Promise<Outcome<DecideTopupsAnswer>> {
    return this.#keyring.remote.decideTopups(decisions);
  }
}
