import { type ErrorHandler, Injectable, signal } from '@angular/core';

/** A bug that nobody caught: the page says so in words, and the console keeps the rest. */
@Injectable({ providedIn: 'root' })
export class Failures implements ErrorHandler {
  readonly #happened = signal(false);
  readonly happened = this.#happened.asReadonly();

  handleError(error: unknown): void {
    // eslint-disable-next-line no-console -- the only place where a bug in the page can be read
    console.error(error);
    this.#happened.set(true);
  }

  dismiss(): void {
    this.#happened.set(false);
  }
}
