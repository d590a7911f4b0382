import type { Clock } from './deps.js';
import { asRefusal } from './refusal.js';

/**
 * Work whose end nobody waits for. What is refused is dropped: it is tried again when there is a reason (a connection, a person). A
 * bug is thrown where it can be seen.
 */
export class Background {
  readonly #clock: Clock;
  readonly #stopping = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly run = (work: () => Promise<void>): void => {
    if (this.isStopped) return;
    work().catch((error: unknown) => {
      try {
        asRefusal(error);
      } catch {
        if (!this.isStopped) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    });
  };

  /** Resolves after `ms`, or as soon as everything is stopped. */
  readonly pause = (ms: number): Promise<void> => this.#clock.sleep(ms, this.#stopping.signal);

  /** Again and again, with this much time between, until everything is stopped. */
  every(ms: number, work: () => Promise<void>): void {
    this.run(async () => {
      for (;;) {
        await this.pause(ms);
        if (this.isStopped) return;
        await work().catch(asRefusal);
      }
    });
  }

  /** Nothing new begins, and nobody waits any longer. */
  stop(): void {
    this.#stopping.abort();
  }

  get isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }
}
