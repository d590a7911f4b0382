import { DestroyRef, inject, Injectable, signal } from '@angular/core';

const TICK_MS = 30_000;

/** What time it is, to the half minute: enough for "Today" and "14:03". */
@Injectable({ providedIn: 'root' })
export class WallClock {
  readonly #nowMs = signal(Date.now());
  readonly nowMs = this.#nowMs.asReadonly();

  constructor() {
    const timer = setInterval(() => this.#nowMs.set(Date.now()), TICK_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }
}
