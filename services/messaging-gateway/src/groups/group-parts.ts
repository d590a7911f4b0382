import { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import { Store } from '@secureconnect/platform/store/store';
import { Notices } from '../connections/notices.js';
import { ConversationStore } from '../store/conversation-store.js';
import { GroupPages } from '../store/group-pages.js';
import { GroupStore } from '../store/group-store.js';
import { GroupWrites } from '../store/group-writes.js';
import { MailboxStore } from '../store/mailbox-store.js';
import { ReceiptStore } from '../store/receipt-store.js';
import { bundlesByHttp } from './bundles.js';
import { GroupHistory } from './group-history.js';
import { GroupMail } from './group-mail.js';
import { GroupNews } from './group-news.js';
import { Groups } from './groups.js';
import { GroupsGateway } from './groups.gateway.js';

/** Groups: their logs and epochs, and what of them who may read. */
export const GROUPS = [
  GroupsGateway,
  { provide: GroupStore, inject: [Store], useFactory: (store: Store) => new GroupStore(store) },
  {
    provide: Groups,
    inject: [Store, GroupStore, InternalHttp],
    useFactory: (store: Store, groups: GroupStore, http: InternalHttp) =>
      new Groups(groups, new GroupWrites(store), bundlesByHttp(http)),
  },
  {
    provide: GroupHistory,
    inject: [Store, GroupStore, ReceiptStore],
    useFactory: (store: Store, groups: GroupStore, receipts: ReceiptStore) =>
      new GroupHistory(groups, new GroupPages(store), receipts),
  },
  {
    provide: GroupMail,
    inject: [GroupStore, MailboxStore],
    useFactory: (groups: GroupStore, mailbox: MailboxStore) => new GroupMail(groups, mailbox),
  },
  {
    provide: GroupNews,
    inject: [GroupStore, ConversationStore, Notices, RedisLink],
    useFactory: (groups: GroupStore, conversations: ConversationStore, notices: Notices, redis: RedisLink) =>
      new GroupNews(groups, conversations, notices, (channel, message) => {
        redis.publish(channel, message);
      }),
  },
];
