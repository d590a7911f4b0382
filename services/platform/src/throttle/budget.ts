/** A token bucket in memory: `burst` at once, `perSecond` more each second. For what a single socket may do. */
export class Budget {
  #left: number;
  #atMs: number;

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {
    this.#left = burst;
    this.#atMs = monotonicMs();
  }

  /** Takes one. @returns 0, or the whole seconds after which there is one again */
  take(): number {
    const nowMs = this.monotonicMs();
    this.#left = Math.min(this.burst, this.#left + ((nowMs - this.#atMs) / 1000) * this.perSecond);
    this.#atMs = nowMs;
    if (this.#left >= 1) {
      this.#left -= 1;
      return 0;
    }
    return Math.ceil((1 - this.#left) / this.perSecond);
  }
}
