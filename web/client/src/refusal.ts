import type { Ban } from '@secureconnect/contracts/problem';
import { StorageFailure } from './storage/storage-port.js';
import type { Outcome, RefusalCode } from './messenger.js';

/** Something was refused, by the server or by the client itself. Thrown inside the messenger; its calls return it as an Outcome. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: RefusalCode,
    readonly retryAfterSeconds?: number,
    /** With `account-banned`: why, and until when. */
    readonly ban?: Ban,
  ) {
    super(code);
  }
}

/** Runs `work` and gives what it returns or refuses. A bug is thrown on. */
export async function outcomeOf<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    const { code, retryAfterSeconds, ban } = asRefusal(error);
    return {
      ok: false,
      code,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      ...(ban !== undefined && { ban }),
    };
  }
}

/** @throws `error` itself if it is neither a refusal nor a failure of the storage */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StorageFailure) return new Refusal('storage-unavailable');
  throw error;
}
