import { inject, Injectable } from '@angular/core';

import { Keyring } from './keyring';
import type { MessageId, MessageView } from './views';

const REMEMBERED = 4_000;

/** Tells of every message of somebody else's once, when it comes in. */
@Injectable({ providedIn: 'root' })
export class Arrivals {
  readonly #seen = new Set<MessageId>();
  readonly #listeners = new Set<(message: MessageView) => void>();

  constructor() {
    inject(Keyring).on('message', ({ message }) => {
      if (message.outgoing || message.content.kind === 'missing' || this.#seen.has(message.messageId)) return;
      this.#seen.add(message.messageId);
      for (const oldest of this.#seen) {
        if (this.#seen.size <= REMEMBERED) break;
        this.#seen.delete(oldest);
      }
      for (const listener of this.#listeners) listener(message);
    });
  }

  listen(listener: (message: MessageView) => void): void {
    this.#listeners.add(listener);
  }
}
