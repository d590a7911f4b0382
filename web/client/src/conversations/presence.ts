import type { UserId } from '@secureconnect/contracts/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import { contactState, preference, type Settings } from '@secureconnect/crypto/vault/settings';
import type { PresenceView } from '../views.js';
import type { EventHub } from '../event-hub.js';
import type { Connection } from '../socket/connection.js';
import type { EventBody } from '../socket/messaging-events.js';

export interface PresenceParts {
  readonly connection: Connection;
  readonly events: EventHub;
  readonly settings: () => Settings;
}

/** Who is online, as the server says it, and whether it may say so of this person. */
export class Presence {
  readonly #parts: PresenceParts;
  #watched: ReadonlySet<UserId> = new Set();
  #told: { readonly visible: boolean; readonly connection: number } | null = null;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
  }

  /** Looks on at these people, instead of those before. @throws Refusal */
  async watch(userIds: readonly UserId[]): Promise<void> {
    const { events, settings } = this.#parts;
    const left = this.#watched;
    const wanted = userIds.filter((userId) => contactState(settings(), userId) !== 'blocked');
    this.#watched = new Set(wanted.slice(0, LIMITS.presenceWatchMax));
    for (const userId of left) if (!this.#watched.has(userId)) events.emit(nothingOf(userId));
    await this.ask();
  }

  /** Asks again: after a connection, the server knows of no watch. @throws Refusal */
  async ask(): Promise<void> {
    const { connection, events } = this.#parts;
    const watched = this.#watched;
    if (watched.size === 0 || !connection.isConnected) return;
    const { present } = await connection.command('presence:watch', { userIds: [...watched] });
    const known = new Map(present.map((presence) => [presence.userId, presence]));
    for (const userId of watched) {
      const presence = known.get(userId);
      events.emit(presence ? { type: 'presence', presence } : nothingOf(userId));
    }
  }

  /** The server says that something has changed. Of people whom nobody asked for, nothing is passed on. */
  take(changed: EventBody<'presence:changed'>): void {
    if (!this.#watched.has(changed.userId)) return;
    this.#parts.events.emit('hidden' in changed ? nothingOf(changed.userId) : { type: 'presence', presence: changed });
  }

  /** Tells the server, once in each connection and at every change, whether it may tell. @throws Refusal */
  async choose(): Promise<void> {
    const { connection, settings } = this.#parts;
    const visible = preference(settings(), 'presence');
    const { count } = connection;
    if (!connection.isConnected || (this.#told?.visible === visible && this.#told.connection === count)) return;
    await connection.command('presence:set', { visible });
    this.#told = { visible, connection: count };
  }
}

function nothingOf(userId: UserId): { readonly type: 'presence'; readonly presence: PresenceView } {
  return { type: 'presence', presence: { userId, online: null, lastSeenAtMs: null } };
}
