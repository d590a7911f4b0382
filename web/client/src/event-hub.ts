import type { Alarm, MessengerEvent } from './messenger.js';

/** Hands the messenger's events to whoever listens. A listener that throws harms nobody else. */
export class EventHub {
  readonly #listeners = new Set<(event: MessengerEvent) => void>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** @returns ends the subscription */
  subscribe(listener: (event: MessengerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: MessengerEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch {
        // Its own affair.
      }
    }
  }

  alarm(code: Alarm['code'], about: Partial<Pick<Alarm, 'userId' | 'conversationId'>> = {}): void {
    this.emit({
      type: 'alarm',
      alarm: {
        code,
        userId: about.userId ?? null,
        conversationId: about.conversationId ?? null,
        atMs: this.#nowMs(),
      },
    });
  }

  /** Forgets every listener. */
  close(): void {
    this.#listeners.clear();
  }
}
