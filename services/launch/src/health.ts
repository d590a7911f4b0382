import type { Replica } from './process-table.js';

const ASK_AGAIN_MS = 100;
const ANSWER_WITHIN_MS = 2_000;

/** Whether the replica says that it is ready to serve. */
export async function isReady(replica: Replica): Promise<boolean> {
  try {
    const url = `http://127.0.0.1:${replica.internalPort}/health/ready`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

/**
 * Asks again until the claim holds.
 *
 * @param stop an abort ends the wait early, with the signal's reason
 * @returns whether it came to hold within the time
 */
export async function waitUntil(claim: () => Promise<boolean>, withinMs: number, stop?: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    stop?.throwIfAborted();
    if (await claim()) return true;
    if (Date.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}
