import { asRefusal } from './refusal.js';

/**
 * Work whose end nobody waits for. What is refused is dropped: it is tried again when there is a reason (a connection, a person). A
 * bug is thrown where it can be seen.
 */
export class Background {
  #stopped = false;

  readonly run = (work: () => Promise<void>): void => {
    if (this.#stopped) return;
    work().catch((error: unknown) => {
      try {
        asRefusal(error);
      } catch {
        if (!this.#stopped) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    });
  };

  /** Nothing new begins. */
  stop(): void {
    this.#stopped = true;
  }

  get isStopped(): boolean {
    return this.#stopped;
  }
}
