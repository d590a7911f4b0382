import type { UserId } from '@secureconnect/contracts/ids';

/** A user hears of a changed balance at most this often. */
const PAUSE_MS = 1_000;

/** Tells users their balance: at once when it is quiet, else the newest figure every second (each sender hears it with each acknowledgement). */
export class BalanceNotices {
  readonly #latest = new Map<UserId, number>();
  readonly #quiet = new Map<UserId, NodeJS.Timeout>();

  constructor(private readonly tell: (userId: UserId, available: number) => void) {}

  changed(userId: UserId, available: number): void {
    if (this.#quiet.has(userId)) {
      this.#latest.set(userId, available);
      return;
    }
    this.tell(userId, available);
    this.#quiet.set(
      userId,
      setTimeout(() => {
        this.#resume(userId);
      }, PAUSE_MS),
    );
  }

  stop(): void {
    for (const timer of this.#quiet.values()) clearTimeout(timer);
    this.#quiet.clear();
    this.#latest.clear();
  }

  #resume(userId: UserId): void {
    this.#quiet.delete(userId);
    const available = this.#latest.get(userId);
    if (available === undefined) return;
    this.#latest.delete(userId);
    this.changed(userId, available);
  }
}
