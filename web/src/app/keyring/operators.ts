import type {
  AppointAnswer,
  DismissAnswer,
  DismissRequest,
  OperatorsAnswer,
} from '@secureconnect/contracts/admin-operators';
import { inject, Injectable } from '@angular/core';

import { Keyring } from './keyring';
import type { Outcome, UserId } from './views';

export type Operator = OperatorsAnswer['operators'][number];

/** Who runs this server, for its admins. */
@Injectable({ providedIn: 'root' })
export class Operators {
  readonly #keyring = inject(Keyring);

  all(): Promise<Outcome<OperatorsAnswer>> {
    return this.#keyring.remote.operators();
  }

  appoint(userId: UserId, reason: string): Promise<Outcome<AppointAnswer>> {
    return this.#keyring.remote.appointOperator(userId, reason);
  }

  /** `own`: that it is one's own role. */
  dismiss(userId: UserId, deed: DismissRequest): Promise<Outcome<DismissAnswer>> {
    return this.#keyring.remote.dismissOperator(userId, deed);
  }
}
