import type { UserId } from '@secureconnect/contracts/ids';
import type { Presence } from '@secureconnect/contracts/messaging';
import type { PresenceStore } from '../store/presence-store.js';
import type { PresenceLeases } from './presence-leases.js';
import type { PresenceWatch, Watcher } from './presence-watch.js';

/** A page that is loaded anew is away for a moment; nobody is told. */
const GRACE_MS = 2_000;
/** How often it is noted that those who are here still are: what a killed process leaves is as old as this at most. */
const NOTE_MS = 60_000;

/** The sockets of this process as presence: who comes, who goes, who shows it. */
export class Presences {
  readonly #sockets = new Map<UserId, number>();
  readonly #leaving = new Map<UserId, NodeJS.Timeout>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(
    private readonly store: PresenceStore,
    private readonly leases: PresenceLeases,
    private readonly watches: PresenceWatch,
    private readonly onFailed: (error: unknown) => void,
  ) {}

  start(): void {
    this.leases.start();
    this.#timer = setInterval(() => void this.#note([...this.leases.here]), NOTE_MS);
    this.#timer.unref();
  }

  /** Notes when those who are here were here. They have the rest of the lease to come back on another replica, unnoticed. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.leases.stop();
    clearInterval(this.#timer);
    for (const timer of this.#leaving.values()) clearTimeout(timer);
    await this.#note([...this.leases.here]);
  }

  socketCame(userId: UserId): void {
    this.#sockets.set(userId, (this.#sockets.get(userId) ?? 0) + 1);
    clearTimeout(this.#leaving.get(userId));
    this.#leaving.delete(userId);
    this.leases.enter(userId);
  }

  socketWent(userId: UserId): void {
    const left = (this.#sockets.get(userId) ?? 1) - 1;
    if (left > 0) {
      this.#sockets.set(userId, left);
      return;
    }
    this.#sockets.delete(userId);
    if (this.#isStopped) return;
    const timer = setTimeout(() => void this.#leave(userId), GRACE_MS);
    timer.unref();
    this.#leaving.set(userId, timer);
  }

  /** Durable when it resolves, and on its way to everybody whom it concerns. */
  async set(userId: UserId, visible: boolean): Promise<void> {
    await (visible ? this.store.show(userId, Date.now()) : this.store.hide(userId));
    this.leases.review(userId);
  }

  watch(watcher: Watcher, userIds: readonly UserId[]): Presence[] {
    return this.watches.watch(watcher, userIds);
  }

  forget(watcher: Watcher): void {
    this.watches.forget(watcher);
  }

  async #leave(userId: UserId): Promise<void> {
    this.#leaving.delete(userId);
    // First when, then that: whoever is told that somebody left is told the right minute.
    await this.#note([userId]);
    if (!this.#sockets.has(userId)) this.leases.leave(userId);
  }

  async #note(userIds: readonly UserId[]): Promise<void> {
    try {
      await this.store.seen(userIds, Date.now());
    } catch (error) {
      this.onFailed(error);
    }
  }
}
