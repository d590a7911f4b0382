const BURST = 10;
const ONE_MORE_EVERY_MS = 6_000;

/**
 * How often an unknown device makes us ask the server for a user's devices again: at once when somebody has a new device, and not
 * without end for a server that invents devices.
 */
export class AskBudget {
  readonly #left = new Map<string, { readonly tokens: number; readonly atMs: number }>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Whether one more question about this user is in the budget; takes it. */
  take(userId: string): boolean {
    const nowMs = this.#nowMs();
    const before = this.#left.get(userId) ?? { tokens: BURST, atMs: nowMs };
    const tokens = Math.min(BURST, before.tokens + Math.max(0, nowMs - before.atMs) / ONE_MORE_EVERY_MS);
    const affordable = tokens >= 1;
    this.#left.set(userId, { tokens: affordable ? tokens - 1 : tokens, atMs: nowMs });
    return affordable;
  }
}
