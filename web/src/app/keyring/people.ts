import type { AdjustAnswer, AdjustRequest, DeleteRequest } from '@secureconnect/contracts/admin-acts';
import type { BanRequest, ResetCodeAnswer, UsersAnswer, UsersQuery } from '@secureconnect/contracts/admin';
import { inject, Injectable } from '@angular/core';

import { Keyring } from './keyring';
import type { Outcome, UserId } from './views';

/** All users of this server, for its admins. */
@Injectable({ providedIn: 'root' })
export class People {
  readonly #keyring = inject(Keyring);

  list(query: UsersQuery): Promise<Outcome<UsersAnswer>> {
    return this.#keyring.remote.listUsers(query);
  }

  /** `untilMs`: null until somebody opens the account again. */
  ban(userId: UserId, ban: BanRequest): Promise<Outcome<null>> {
    return this.#keyring.remote.banUser(userId, ban);
  }

  unban(userId: UserId, reason: string): Promise<Outcome<null>> {
    return this.#keyring.remote.unbanUser(userId, reason);
  }

  adjust(userId: UserId, deed: AdjustRequest): Promise<Outcome<AdjustAnswer>> {
    return this.#keyring.remote.adjustCredits(userId, deed);
  }

  delete(userId: UserId, deed: DeleteRequest): Promise<Outcome<null>> {
    return this.#keyring.remote.deleteUser(userId, deed);
  }

  makeResetCode(userId: UserId): Promise<Outcome<ResetCodeAnswer>> {
    return this.#keyring.remote.makeResetCode(userId);
  }
}
