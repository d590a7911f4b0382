import { inject, Injectable } from '@angular/core';

import { Keyring } from './keyring';
import type { MessageId, MessageView } from './views';

const REMEMBERED = 4_000;

/** Tells of every message of somebody else's once, when it comes in. */
@Injectable({ providedIn: 'root' })
export class Arrivals {
  readonly #keyring = inject(Keyring);
  readonly #seen = new Set<MessageId>();

  listen(listener: (message: MessageView) => void): () => void {
    return this.#keyring.on('message', ({ message }) => {
      if (message.outgoing || message.content.kind === 'missing' || this.#seen.has(message.messageId)) return;
      this.#seen.add(message.messageId);
      for (const oldest of this.#seen) {
        if (this.#seen.size <= REMEMBERED) break;
        this.#seen.delete(oldest);
      }
      listener(message);
    });
  }
}
