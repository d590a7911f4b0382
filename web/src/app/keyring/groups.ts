import { inject, Injectable } from '@angular/core';

import { aboutName } from './about-name';
import { Keyring } from './keyring';
import type { Outcome, Peer } from './views';

/** People, before they are put into a group. */
@Injectable({ providedIn: 'root' })
export class Groups {
  readonly #keyring = inject(Keyring);

  /** Whoever has exactly this username; nothing is begun with them. */
  async findUser(username: string): Promise<Outcome<Peer>> {
    return aboutName(await this.#keyring.remote.findUser(username));
  }
}
