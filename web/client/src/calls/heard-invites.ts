import { LIMITS } from '@secureconnect/contracts/limits';
import type { DeviceId } from '@secureconnect/contracts/ids';
import type { SealedStore } from '../storage/sealed-store.js';

const KEY = ['call-invites'] as const;
/** As many are remembered; the oldest give way. */
const KEPT_MAX = 256;
/** A tab that nobody looks at leaves a call to one that somebody does, for so long. */
const YIELDS_FOR_MS = 400;

interface HeardRecord {
  /** By rising time. `untilMs`: nobody believes it any more then, however the clocks are set. */
  readonly heard: readonly { readonly name: string; readonly untilMs: number }[];
}

export interface HeardInvitesParts {
  readonly store: Pick<SealedStore, 'update'>;
  readonly clock: { nowMs(): number };
  readonly pause: (ms: number) => Promise<void>;
}

/**
 * The invites that this device has heard, in whichever tab, kept encrypted: one that the server says again after a reload rings no second
 * time (THREATS 86), and of all the tabs of a browser one rings.
 */
export class HeardInvites {
  readonly #parts: HeardInvitesParts;

  constructor(parts: HeardInvitesParts) {
    this.#parts = parts;
  }

  /**
   * Takes an invite for this tab.
   * @param isInSight - whether a person looks at this tab
   * @returns false where it was taken before, here or in another tab
   */
  async take(
    { deviceId, n }: { readonly deviceId: DeviceId; readonly n: number },
    isInSight: () => Promise<boolean>,
  ): Promise<boolean> {
    const { clock, pause, store } = this.#parts;
    const yielded = pause(YIELDS_FOR_MS).then(() => false);
    const looked = isInSight().catch(() => false);
    if (!(await Promise.race([looked, yielded]))) await yielded;
    const nowMs = clock.nowMs();
    const name = `${deviceId} ${n}`;
    let isNew = false;
    await store.update<HeardRecord>(
      'meta',
      KEY,
      (before) => {
        const kept = (before?.heard ?? []).filter(({ untilMs }) => untilMs > nowMs);
        isNew = !kept.some((other) => other.name === name);
        if (!isNew) return null;
        return { heard: [...kept, { name, untilMs: nowMs + 2 * LIMITS.signalLifetimeMs }].slice(-KEPT_MAX) };
      },
      { durable: true },
    );
    return isNew;
  }
}
