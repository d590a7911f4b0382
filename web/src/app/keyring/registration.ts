import type { RegistrationRequest, RegistrationState } from '@secureconnect/contracts/registration';
import { inject, Injectable } from '@angular/core';

import { Keyring } from './keyring';
import type { Outcome } from './views';

export type { RegistrationState };

/** Whether the server makes new accounts, for its admins. */
@Injectable({ providedIn: 'root' })
export class Registration {
  readonly #keyring = inject(Keyring);

  state(): Promise<Outcome<RegistrationState>> {
    return this.#keyring.remote.registration();
  }

  decide(decision: RegistrationRequest): Promise<Outcome<RegistrationState>> {
    return this.#keyring.remote.decideRegistration(decision);
  }
}
