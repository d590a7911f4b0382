import { IDENTITY_CHANGED_CHANNEL } from '@secureconnect/contracts/internal';
import { EventLog } from '@secureconnect/platform/logging/event-log';
import { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import { Notices } from '../connections/notices.js';
import { ConversationStore } from '../store/conversation-store.js';
import { IdentityChanges } from './identity-changes.js';

function hearIdentityChanges(
  store: ConversationStore,
  notices: Notices,
  redis: RedisLink,
  log: EventLog,
): IdentityChanges {
  const changes = new IdentityChanges({
    companions: (userId, after) => store.companions(userId, after),
    tell: (userIds, changed) => {
      notices.identityChanged(userIds, changed);
    },
    hintAll: () => {
      notices.syncHintHere();
    },
    onFailed: (error) => {
      log.error('identity-changes.failed', error);
    },
  });
  redis.subscribe(IDENTITY_CHANGED_CHANNEL, (message) => {
    changes.hear(message);
  });
  return changes;
}

/** What auth says of changed keys and devices, told to those who have to know. */
export const IDENTITIES = [
  {
    provide: IdentityChanges,
    inject: [ConversationStore, Notices, RedisLink, EventLog],
    useFactory: hearIdentityChanges,
  },
];
