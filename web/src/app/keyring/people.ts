import type { UsersAnswer, UsersQuery } from '@secureconnect/contracts/admin';
import { inject, Injectable } from '@angular/core';

import { Keyring } from './keyring';
import type { Outcome } from './views';

/** All users of this server, for its admins. */
@Injectable({ providedIn: 'root' })
export class People {
  readonly #keyring = inject(Keyring);

  list(query: UsersQuery): Promise<Outcome<UsersAnswer>> {
    return this.#keyring.remote.listUsers(query);
  }
}
