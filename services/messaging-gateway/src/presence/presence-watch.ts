import { setImmediate } from 'node:timers/promises';
import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import type { Presence, PresenceChanged } from '@secureconnect/contracts/messaging';

/** Users looked at in one turn of the event loop. */
const TURN_MAX = 200;
const REMEMBERED_MAX = 50_000;

/** Somebody who wants to hear of others: one socket. */
export interface Watcher {
  readonly userId: UserId;
  tell(change: PresenceChanged): void;
}

/** Where presence comes from. */
export interface PresenceSource {
  /** Those who show presence, and when each was last seen. */
  shown(userIds: readonly UserId[]): ReadonlyMap<UserId, number>;
  isOnline(userId: UserId): boolean;
  hasWritten(conversationId: ConversationId, userId: UserId): boolean;
  directConversationId(a: UserId, b: UserId): ConversationId;
}

/**
 * Who watches whom, and what each was told. Presence is shown by those alone who chose it, and only to people whom they have written to:
 * a stranger who watches learns nothing, not even that there is such a user.
 */
export class PresenceWatch {
  readonly #watchers = new Map<UserId, Set<Watcher>>();
  /** By watcher: what it knows of each user that it watches; null for nothing. */
  readonly #told = new Map<Watcher, Map<UserId, Presence | null>>();
  readonly #friends = new Set<string>();
  #pending: Set<UserId> | 'all' = new Set();
  #isReviewing = false;

  constructor(private readonly source: PresenceSource) {}

  /** From now on the watcher hears of these users, and of no others. @returns what there is to know of them now */
  watch(watcher: Watcher, userIds: readonly UserId[]): Presence[] {
    this.forget(watcher);
    const targets = [...new Set(userIds)];
    const shown = this.source.shown(targets);
    const told = new Map<UserId, Presence | null>();
    for (const target of targets) {
      told.set(target, this.#visibleTo(watcher, target, shown));
      const watchers = this.#watchers.get(target);
      if (watchers === undefined) this.#watchers.set(target, new Set([watcher]));
      else watchers.add(watcher);
    }
    this.#told.set(watcher, told);
    return [...told.values()].filter((presence) => presence !== null);
  }

  forget(watcher: Watcher): void {
    for (const target of this.#told.get(watcher)?.keys() ?? []) {
      const watchers = this.#watchers.get(target);
      watchers?.delete(watcher);
      if (watchers?.size === 0) this.#watchers.delete(target);
    }
    this.#told.delete(watcher);
  }

  /** Looks at a user (null: at all that are watched) and tells whoever watches what changed. Never rejects; turns are short. */
  async review(userId: UserId | null): Promise<void> {
    if (userId === null) this.#pending = 'all';
    else if (this.#pending !== 'all' && this.#watchers.has(userId)) this.#pending.add(userId);
    if (this.#isReviewing) return;
    this.#isReviewing = true;
    try {
      while (this.#pending === 'all' || this.#pending.size > 0) {
        const targets = this.#pending === 'all' ? [...this.#watchers.keys()] : [...this.#pending];
        this.#pending = new Set();
        for (let from = 0; from < targets.length; from += TURN_MAX) {
          if (from > 0) await setImmediate();
          this.#reviewTurn(targets.slice(from, from + TURN_MAX));
        }
      }
    } finally {
      this.#isReviewing = false;
    }
  }

  #reviewTurn(targets: readonly UserId[]): void {
    const shown = this.source.shown(targets);
    for (const target of targets) {
      for (const watcher of this.#watchers.get(target) ?? []) {
        const told = this.#told.get(watcher);
        const before = told?.get(target) ?? null;
        const after = this.#visibleTo(watcher, target, shown);
        if (before?.online === after?.online && before?.lastSeenAtMs === after?.lastSeenAtMs) continue;
        told?.set(target, after);
        watcher.tell(after ?? { userId: target, hidden: true });
      }
    }
  }

  #visibleTo(watcher: Watcher, target: UserId, shown: ReadonlyMap<UserId, number>): Presence | null {
    const lastSeenAtMs = shown.get(target);
    if (lastSeenAtMs === undefined || !this.#hasWrittenTo(target, watcher.userId)) return null;
    const online = this.source.isOnline(target);
    return { userId: target, online, lastSeenAtMs: online ? null : lastSeenAtMs };
  }

  #hasWrittenTo(target: UserId, watcher: UserId): boolean {
    if (target === watcher) return false;
    const pair = `${target}${watcher}`;
    if (this.#friends.has(pair)) return true;
    if (!this.source.hasWritten(this.source.directConversationId(target, watcher), target)) return false;
    // Once true it stays: what was written is not unwritten.
    if (this.#friends.size >= REMEMBERED_MAX) this.#friends.clear();
    this.#friends.add(pair);
    return true;
  }
}
