import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { Shutdown } from '@secureconnect/platform/bootstrap/shutdown';
import { ServiceConfig } from '@secureconnect/platform/config/service-config';
import { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { Outbox } from '@secureconnect/platform/outbox/outbox';
import { HandshakeCheck, RedisRestored } from '@secureconnect/platform/redis-io/caller-socket';
import { Store } from '@secureconnect/platform/store/store';
import { UserBudgets } from '@secureconnect/platform/throttle/user-budgets';
import { StoreModule } from '@secureconnect/platform/store/store.module';
import { ConnectionsGateway } from './connections/connections.gateway.js';
import { Connections } from './connections/connections.js';
import { Notices } from './connections/notices.js';
import { RedisRestoredHint } from './connections/redis-restored-hint.js';
import { SessionCheck } from '@secureconnect/platform/redis-io/session-check';
import { ConversationsGateway } from './conversations/conversations.gateway.js';
import { Conversations } from './conversations/conversations.js';
import { IDENTITIES } from './conversations/identity-parts.js';
import { InternalConversationsController } from './conversations/internal-conversations.controller.js';
import { PeopleByHttp } from './conversations/people.js';
import { BalanceNotices } from './delivery/balance-notices.js';
import { BALANCES } from './delivery/balance-parts.js';
import { Fanout } from './delivery/fanout.js';
import { EphemeralGateway } from './ephemeral/ephemeral.gateway.js';
import { GROUPS } from './groups/group-parts.js';
import { InternalMessagesController } from './mailbox/internal-messages.controller.js';
import { MailboxGateway } from './mailbox/mailbox.gateway.js';
import { PROCESS_ID, SENDING } from './mailbox/sending.js';
import { PRESENCE } from './presence/presence-parts.js';
import type { MessagingEnvironment } from './settings.js';
import { ConversationStore } from './store/conversation-store.js';
import { MailboxStore } from './store/mailbox-store.js';
import { MESSAGING_SCHEMA } from './store/messaging-schema.js';
import { ReceiptStore } from './store/receipt-store.js';

type Config = ServiceConfig<MessagingEnvironment>;

function makeNotices(fanout: Fanout, shutdown: Shutdown): BalanceNotices {
  const notices = new BalanceNotices((userId, available) => {
    fanout.creditsChanged(userId, available);
  });
  shutdown.onClose('balance-notices', () => {
    notices.stop();
  });
  return notices;
}

@Module({
  imports: [StoreModule.of(MESSAGING_SCHEMA)],
  controllers: [InternalConversationsController, InternalMessagesController],
  providers: [
    ConnectionsGateway,
    ConversationsGateway,
    MailboxGateway,
    EphemeralGateway,
    Fanout,
    Notices,
    { provide: PROCESS_ID, useFactory: () => randomUUID() },
    { provide: HandshakeCheck, inject: [InternalHttp], useFactory: (http: InternalHttp) => new SessionCheck(http) },
    { provide: RedisRestored, inject: [Fanout], useFactory: (fanout: Fanout) => new RedisRestoredHint(fanout) },
    {
      provide: Connections,
      inject: [ServiceConfig, UserBudgets],
      useFactory: (config: Config, budgets: UserBudgets) => new Connections(config, budgets),
    },
    { provide: ConversationStore, inject: [Store], useFactory: (store: Store) => new ConversationStore(store) },
    { provide: ReceiptStore, inject: [Store], useFactory: (store: Store) => new ReceiptStore(store) },
    {
      provide: MailboxStore,
      inject: [Store, ServiceConfig, PROCESS_ID],
      useFactory: (store: Store, config: Config, processId: string) =>
        new MailboxStore(store, new Outbox(config.replicaId), processId),
    },
    {
      provide: Conversations,
      inject: [ConversationStore, InternalHttp, Fanout],
      useFactory: (store: ConversationStore, http: InternalHttp, fanout: Fanout) =>
        new Conversations(store, new PeopleByHttp(http), fanout),
    },
    ...SENDING,
    ...IDENTITIES,
    ...PRESENCE,
    ...GROUPS,
    ...BALANCES,
    { provide: BalanceNotices, inject: [Fanout, Shutdown], useFactory: makeNotices },
  ],
})
export class MessagingModule {}
