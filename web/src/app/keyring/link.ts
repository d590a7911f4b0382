import { computed, inject, Injectable, signal } from '@angular/core';

import { Keyring } from './keyring';
import type { Connection } from './views';

/** Whether the server can be reached. */
@Injectable({ providedIn: 'root' })
export class Link {
  readonly #connection = signal<Connection>({ state: 'connecting' });

  readonly connection = this.#connection.asReadonly();
  readonly offline = computed(() => this.#connection().state === 'offline');
  /** The gateway replica at the other end, for whoever operates this server. */
  readonly replicaId = computed(() => {
    const connection = this.#connection();
    return connection.state === 'connected' ? connection.replicaId : null;
  });

  constructor() {
    inject(Keyring).on('connection', ({ connection }) => this.#connection.set(connection));
  }
}
