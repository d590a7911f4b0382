import type { AuditAnswer, AuditQuery, MyAuditAnswer, MyAuditQuery } from '@secureconnect/contracts/audit';
import { inject, Injectable } from '@angular/core';

import { Keyring } from './keyring';
import type { Outcome } from './views';

export type OwnAct = MyAuditAnswer['acts'][number];

/** What admins did, as the server wrote it down. */
@Injectable({ providedIn: 'root' })
export class Audit {
  readonly #keyring = inject(Keyring);

  /** All of it, for admins. */
  log(query: AuditQuery): Promise<Outcome<AuditAnswer>> {
    return this.#keyring.remote.auditLog(query);
  }

  /** What concerns the signed-in person. */
  mine(query: MyAuditQuery): Promise<Outcome<MyAuditAnswer>> {
    return this.#keyring.remote.ownAudit(query);
  }
}
