import { Injectable } from '@angular/core';
import { proxy, type Remote, wrap } from 'comlink';

import type { KeyringApi } from './keyring-api';
import { startWorker } from './start-worker';
import type { MessengerEvent } from './views';

type Listener<T extends MessengerEvent['type']> = (event: Extract<MessengerEvent, { readonly type: T }>) => void;

/**
 * The page's end of the Worker that holds the keys; one per page. Stores hang on to its events by {@link Keyring.on}, and ask it by
 * {@link Keyring.remote}. Listeners are attached before the first call, so no event is lost.
 */
@Injectable({ providedIn: 'root' })
export class Keyring {
  readonly remote: Remote<KeyringApi> = wrap<KeyringApi>(startWorker());
  readonly #listeners = new Map<string, Set<(event: MessengerEvent) => void>>();

  constructor() {
    void this.remote.listen(
      proxy((event: MessengerEvent) => {
        for (const listener of this.#listeners.get(event.type) ?? []) listener(event);
      }),
    );
  }

  /** Calls `listener` for every event of the type, until the function that comes back is called. */
  on<T extends MessengerEvent['type']>(type: T, listener: Listener<T>): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    listeners.add(listener as (event: MessengerEvent) => void);
    this.#listeners.set(type, listeners);
    return () => listeners.delete(listener as (event: MessengerEvent) => void);
  }
}
