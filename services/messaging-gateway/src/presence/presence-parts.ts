import { randomUUID } from 'node:crypto';
import { Shutdown } from '@secureconnect/platform/bootstrap/shutdown';
import { EventLog } from '@secureconnect/platform/logging/event-log';
import { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import { Store } from '@secureconnect/platform/store/store';
import { directConversationId } from '../conversations/direct-conversation.js';
import { PresenceStore } from '../store/presence-store.js';
import { PresenceGateway } from './presence.gateway.js';
import { PresenceLeases } from './presence-leases.js';
import { PresenceWatch } from './presence-watch.js';
import { Presences } from './presences.js';

function startPresences(store: PresenceStore, redis: RedisLink, log: EventLog, shutdown: Shutdown): Presences {
  const watches: PresenceWatch = new PresenceWatch({
    shown: (userIds) => store.shown(userIds),
    isOnline: (userId) => leases.isOnline(userId),
    hasWritten: (conversationId, userId) => store.hasWritten(conversationId, userId),
    directConversationId,
  });
  const leases = new PresenceLeases(redis, randomUUID(), (userId) => {
    watches.review(userId).catch((error: unknown) => {
      log.error('presence.review-failed', error);
    });
  });
  const presences = new Presences(store, leases, watches, (error) => {
    log.error('presence.write-failed', error);
  });
  presences.start();
  shutdown.onDrain('presences', () => presences.stop());
  return presences;
}

/** Who is here, and who may know. */
export const PRESENCE = [
  PresenceGateway,
  { provide: PresenceStore, inject: [Store], useFactory: (store: Store) => new PresenceStore(store) },
  { provide: Presences, inject: [PresenceStore, RedisLink, EventLog, Shutdown], useFactory: startPresences },
];
