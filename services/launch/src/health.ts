import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
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

/**
 * Whether a door answers with 200.
 *
 * @param certificate what to trust (PEM); without it the certificate of an https door is not looked at: the question is only whether it answers
 */
export function answersOk(url: string, certificate?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const trust = certificate === undefined ? { rejectUnauthorized: false } : { ca: certificate };
    const options = { agent: false, timeout: ANSWER_WITHIN_MS } as const;
    const request = url.startsWith('https:') ? getSecure(url, { ...options, ...trust }) : getPlain(url, options);
    request.once('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}
