/** How far behind the newest frame a late one may be: five seconds of sound at 20 ms a frame. */
export const REPLAY_WINDOW = 256;

/** Which of the last counters were seen. What lies before the window counts as seen. */
export class ReplayWindow {
  #newest = -1;
  readonly #seen = new Uint8Array(REPLAY_WINDOW);

  has(counter: number): boolean {
    if (counter > this.#newest) return false;
    return this.#newest - counter >= REPLAY_WINDOW || this.#seen[counter % REPLAY_WINDOW] === 1;
  }

  /** Takes note of a counter that was proven. @returns false for one that was seen already */
  take(counter: number): boolean {
    if (this.has(counter)) return false;
    const skipped = Math.min(counter - this.#newest - 1, REPLAY_WINDOW);
    for (let step = 1; step <= skipped; step++) this.#seen[(this.#newest + step) % REPLAY_WINDOW] = 0;
    this.#newest = Math.max(this.#newest, counter);
    this.#seen[counter % REPLAY_WINDOW] = 1;
    return true;
  }
}
