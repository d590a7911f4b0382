import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import type { Store } from '@secureconnect/platform/store/store';

/** Users named in one statement. */
const BATCH_MAX = 1_000;
const MINUTE_MS = 60_000;

/** Who shows presence, and when each of them was last here, to the minute. Of others nothing is kept. */
export class PresenceStore {
  readonly #shown;
  readonly #hasWritten;

  constructor(private readonly store: Store) {
    this.#shown = store.reader.prepare<[string], { user_id: UserId; last_seen_at_ms: number }>(
      'SELECT user_id, last_seen_at_ms FROM presence WHERE user_id IN (SELECT value FROM json_each(?))',
    );
    this.#hasWritten = store.reader
      .prepare<[string, string], number>('SELECT 1 FROM device_head WHERE conversation_id = ? AND user_id = ? LIMIT 1')
      .pluck();
  }

  show(userId: UserId, nowMs: number): Promise<void> {
    return this.store.writes.commit((database) => {
      database.prepare('INSERT OR IGNORE INTO presence VALUES (?, ?)').run(userId, toMinute(nowMs));
    });
  }

  /** Forgets when the user was here, too. */
  hide(userId: UserId): Promise<void> {
    return this.store.writes.commit((database) => {
      database.prepare('DELETE FROM presence WHERE user_id = ?').run(userId);
    });
  }

  /** Notes that these users were here; of those who do not show it, nothing. */
  async seen(userIds: readonly UserId[], nowMs: number): Promise<void> {
    for (let from = 0; from < userIds.length; from += BATCH_MAX) {
      const batch = JSON.stringify(userIds.slice(from, from + BATCH_MAX));
      await this.store.writes.commit((database) => {
        database
          .prepare('UPDATE presence SET last_seen_at_ms = ? WHERE user_id IN (SELECT value FROM json_each(?))')
          .run(toMinute(nowMs), batch);
      });
    }
  }

  /** Those of the users who show presence, and when each was last seen. */
  shown(userIds: readonly UserId[]): ReadonlyMap<UserId, number> {
    const rows = this.#shown.all(JSON.stringify(userIds));
    return new Map(rows.map((row) => [row.user_id, row.last_seen_at_ms]));
  }

  /** Whether the user has sent a message in the conversation. */
  hasWritten(conversationId: ConversationId, userId: UserId): boolean {
    return this.#hasWritten.get(conversationId, userId) !== undefined;
  }
}

function toMinute(atMs: number): number {
  return atMs - (atMs % MINUTE_MS);
}
