import { inject, Injectable } from '@angular/core';

import { Keyring } from './keyring';
import type { Outcome, Peer, SafetyCode, SafetyMatch, TrustEntry, UserId } from './views';

/** Comparing keys with a person. What comes of it comes as a conversation event too. */
@Injectable({ providedIn: 'root' })
export class Safety {
  readonly #keyring = inject(Keyring);

  code(userId: UserId): Promise<Outcome<SafetyCode>> {
    return this.#keyring.remote.safetyCode(userId);
  }

  compare(userId: UserId, scanned: Uint8Array): Promise<Outcome<SafetyMatch>> {
    return this.#keyring.remote.compareSafetyCode(userId, scanned);
  }

  markVerified(userId: UserId): Promise<Outcome<Peer>> {
    return this.#keyring.remote.markVerified(userId);
  }

  unmarkVerified(userId: UserId): Promise<Outcome<Peer>> {
    return this.#keyring.remote.unmarkVerified(userId);
  }

  history(userId: UserId): Promise<readonly TrustEntry[]> {
    return this.#keyring.remote.trustHistory(userId);
  }
}
