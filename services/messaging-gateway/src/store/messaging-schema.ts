import { OpenOutbox1794000000000 } from '@secureconnect/platform/outbox/outbox-schema';
import { OpenMessaging1796000000000 } from './1796000000000-open-messaging.js';
import { ShowPresence1797000000000 } from './1797000000000-show-presence.js';
import { OpenGroups1798000000000 } from './1798000000000-open-groups.js';
import { ConversationRow, MemberRow } from './messaging-entities.js';

/** Entities and the whole history of migrations of the messaging store; every replica writes it. */
export const MESSAGING_SCHEMA = {
  entities: [ConversationRow, MemberRow],
  migrations: [OpenOutbox1794000000000, OpenMessaging1796000000000, ShowPresence1797000000000, OpenGroups1798000000000],
  writers: 'many',
} as const;
