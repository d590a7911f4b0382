import { setImmediate } from 'node:timers/promises';
import { IdentityChangedHint } from '@secureconnect/contracts/internal';
import type { ConversationId, UserId } from '@secureconnect/contracts/ids';

/** Users whose change waits to be told; more, and everybody is told to sync instead. */
const PENDING_MAX = 1_000;

export interface IdentityChangesOptions {
  /** Who is in a page of the user's conversations; `next` is null when it was the last. */
  readonly companions: (
    userId: UserId,
    after: ConversationId | null,
  ) => { readonly userIds: readonly UserId[]; readonly next: ConversationId | null };
  /** Tells those of them who are connected to this replica. */
  readonly tell: (userIds: readonly UserId[], changed: UserId) => void;
  /** Tells all of this replica that they may have missed something. */
  readonly hintAll: () => void;
  readonly onFailed: (error: unknown) => void;
}

/**
 * Tells people that the keys, devices or revocations of somebody they talk with changed (and the user's own devices). Each replica
 * hears of it from auth and tells its own sockets. One user at a time, one page of conversations in a turn: somebody with thousands
 * of conversations holds nobody up.
 */
export class IdentityChanges {
  #pending = new Set<UserId>();
  #isRunning = false;

  constructor(private readonly options: IdentityChangesOptions) {}

  /** Takes a hint from Redis; what is no hint is not for us. */
  hear(message: string): void {
    let hint: IdentityChangedHint;
    try {
      hint = IdentityChangedHint.parse(JSON.parse(message));
    } catch {
      return; // Whoever can write to Redis gains nothing by noise.
    }
    this.#pending.add(hint.userId);
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (;;) {
      if (this.#pending.size > PENDING_MAX) {
        this.#pending.clear();
        this.options.hintAll();
      }
      const [changed] = this.#pending;
      if (changed === undefined) break;
      this.#pending.delete(changed);
      try {
        await this.#tellCompanions(changed);
      } catch (error) {
        this.options.onFailed(error);
      }
    }
    this.#isRunning = false;
  }

  async #tellCompanions(changed: UserId): Promise<void> {
    const told = new Set<UserId>([changed]);
    this.options.tell([changed], changed);
    let after: ConversationId | null = null;
    do {
      await setImmediate();
      const { userIds, next } = this.options.companions(changed, after);
      const fresh = userIds.filter((userId) => !told.has(userId));
      for (const userId of fresh) told.add(userId);
      if (fresh.length > 0) this.options.tell(fresh, changed);
      after = next;
    } while (after !== null);
  }
}
