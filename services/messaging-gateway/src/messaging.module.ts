import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { MESSAGE_PRICE } from '@secureconnect/contracts/credits';
import { Shutdown } from '@secureconnect/platform/bootstrap/shutdown';
import { ServiceConfig } from '@secureconnect/platform/config/service-config';
import { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { EventLog } from '@secureconnect/platform/logging/event-log';
import { Metrics } from '@secureconnect/platform/metrics/metrics';
import { Outbox } from '@secureconnect/platform/outbox/outbox';
import { OutboxRunner } from '@secureconnect/platform/outbox/outbox-runner';
import { HandshakeCheck, RedisRestored } from '@secureconnect/platform/redis-io/caller-socket';
import { Store } from '@secureconnect/platform/store/store';
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
import { Fanout } from './delivery/fanout.js';
import { EphemeralGateway } from './ephemeral/ephemeral.gateway.js';
import { captureCharges } from './mailbox/captures.js';
import { LedgerByHttp } from './mailbox/holds.js';
import { InternalMessagesController } from './mailbox/internal-messages.controller.js';
import { MailboxGateway } from './mailbox/mailbox.gateway.js';
import { SendPipeline } from './mailbox/send-pipeline.js';
import { PRESENCE } from './presence/presence-parts.js';
import type { MessagingEnvironment } from './settings.js';
import { ConversationStore } from './store/conversation-store.js';
import { CAPTURE_TOPIC, MailboxStore } from './store/mailbox-store.js';
import { MESSAGING_SCHEMA } from './store/messaging-schema.js';
import { ReceiptStore } from './store/receipt-store.js';

const PROCESS_ID = Symbol('process id');

type Config = ServiceConfig<MessagingEnvironment>;

function makePipeline(
  mailbox: MailboxStore,
  ledger: LedgerByHttp,
  config: Config,
  log: EventLog,
  metrics: Metrics,
  shutdown: Shutdown,
): SendPipeline {
  const batchMessages = metrics.histogram(
    'send_batch_messages',
    'Messages of a batch',
    [],
    [1, 2, 5, 10, 20, 50, 100, 256],
  );
  const failures = metrics.counter('send_failures', 'Batches that could not be held, stored or released', ['failure']);
  const pipeline = new SendPipeline({
    mailbox,
    ledger,
    price: MESSAGE_PRICE,
    queueMax: config.env.QUEUE_MAX,
    batchMax: config.env.BATCH_MAX,
    queueMaxBytes: config.env.QUEUE_MAX_BYTES,
    onBatch: (size) => {
      batchMessages.observe(size);
    },
    onFailure: (failure, error) => {
      failures.inc({ failure });
      log.warn('messages.failed', {
        failure,
        error: error instanceof Error ? error.name : 'unknown',
      });
    },
  });
  metrics.gauge('send_queue_depth', 'Messages that are not answered yet', [], () => pipeline.depth);
  shutdown.onDrain('send-pipeline', () => pipeline.drained());
  return pipeline;
}

function startCaptures(
  store: Store,
  ledger: LedgerByHttp,
  config: Config,
  log: EventLog,
  shutdown: Shutdown,
  processId: string,
  mailbox: MailboxStore,
  conversations: ConversationStore,
  fanout: Fanout,
): OutboxRunner {
  const announce = (messageId: string): void => {
    const delivery = mailbox.delivery(messageId);
    if (delivery === null) return;
    const { conversationId, ...message } = delivery;
    fanout.messageArrived(conversations.membersOf(conversationId), message);
  };
  const runner = new OutboxRunner({
    store,
    replicaId: config.replicaId,
    log,
    handlers: { [CAPTURE_TOPIC]: captureCharges(ledger, processId, announce) },
  });
  runner.start();
  shutdown.onDrain('captures', () => runner.stop());
  return runner;
}

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
    {
      provide: HandshakeCheck,
      inject: [InternalHttp],
      useFactory: (http: InternalHttp) => new SessionCheck(http),
    },
    {
      provide: RedisRestored,
      inject: [Fanout],
      useFactory: (fanout: Fanout) => new RedisRestoredHint(fanout),
    },
    {
      provide: Connections,
      inject: [ServiceConfig],
      useFactory: (config: Config) => new Connections(config),
    },
    {
      provide: ConversationStore,
      inject: [Store],
      useFactory: (store: Store) => new ConversationStore(store),
    },
    {
      provide: ReceiptStore,
      inject: [Store],
      useFactory: (store: Store) => new ReceiptStore(store),
    },
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
    {
      provide: LedgerByHttp,
      inject: [InternalHttp],
      useFactory: (http: InternalHttp) => new LedgerByHttp(http),
    },
    {
      provide: SendPipeline,
      inject: [MailboxStore, LedgerByHttp, ServiceConfig, EventLog, Metrics, Shutdown],
      useFactory: makePipeline,
    },
    {
      provide: OutboxRunner,
      inject: [
        Store,
        LedgerByHttp,
        ServiceConfig,
        EventLog,
        Shutdown,
        PROCESS_ID,
        MailboxStore,
        ConversationStore,
        Fanout,
      ],
      useFactory: startCaptures,
    },
    ...IDENTITIES,
    ...PRESENCE,
    {
      provide: BalanceNotices,
      inject: [Fanout, Shutdown],
      useFactory: makeNotices,
    },
  ],
})
export class MessagingModule {}
