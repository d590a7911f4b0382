import { LIMITS } from '@secureconnect/contracts/limits';

/** The signals that were believed, until each would be too old anyhow: said again by whoever carries them, they say nothing (THREATS 86). */
export class SeenSignals {
  readonly #untilMs = new Map<string, number>();

  /**
   * Remembers a signal. Two lifetimes: a clock that goes ahead by one makes a signal that is believed for two.
   * @param name - its device and its number
   * @returns false for one that was remembered before
   */
  isNew(name: string, sentAtMs: number, nowMs: number): boolean {
    for (const [known, untilMs] of this.#untilMs) {
      if (untilMs > nowMs) break;
      this.#untilMs.delete(known);
    }
    if (this.#untilMs.has(name)) return false;
    this.#untilMs.set(name, Math.max(sentAtMs, nowMs) + 2 * LIMITS.signalLifetimeMs);
    return true;
  }
}
