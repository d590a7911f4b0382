const FIRST_MS = 300;
const LONGEST_MS = 15_000;

/**
 * How long to wait before try `attempt` (from 0) of connecting: exponential with full jitter, so that the clients of a replica
 * that fell do not come back in one wave.
 * @param random - 0 ≤ random < 1
 */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 20));
  return Math.round(ceiling * (0.25 + 0.75 * random));
}
