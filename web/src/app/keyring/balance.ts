import { effect, inject, Injectable, signal } from '@angular/core';

import { Keyring } from './keyring';
import { Session } from './session';

/** Credits that can be spent, live; null until known. */
@Injectable({ providedIn: 'root' })
export class Balance {
  readonly #keyring = inject(Keyring);
  readonly #credits = signal<number | null>(null);
  readonly credits = this.#credits.asReadonly();

  constructor() {
    const session = inject(Session);
    this.#keyring.on('credits', ({ available }) => this.#credits.set(available));
    effect(() => {
      const self = session.self();
      if (self === null) this.#credits.set(null);
      else void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    const credits = await this.#keyring.remote.credits();
    if (credits !== null) this.#credits.set(credits);
  }
}
