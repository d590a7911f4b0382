import { Shutdown } from '@secureconnect/platform/bootstrap/shutdown';
import { ServiceConfig } from '@secureconnect/platform/config/service-config';
import { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { EventLog } from '@secureconnect/platform/logging/event-log';
import { Metrics } from '@secureconnect/platform/metrics/metrics';
import { OutboxRunner } from '@secureconnect/platform/outbox/outbox-runner';
import { Store } from '@secureconnect/platform/store/store';
import { BalanceNotices } from '../delivery/balance-notices.js';
import { Fanout } from '../delivery/fanout.js';
import type { MessagingEnvironment } from '../settings.js';
import { ConversationStore } from '../store/conversation-store.js';
import { CAPTURE_TOPIC, MailboxStore } from '../store/mailbox-store.js';
import { Allowances } from './allowances.js';
import { captureCharges } from './captures.js';
import { costs } from './costs.js';
import { LedgerByHttp } from './holds.js';
import { SendPipeline } from './send-pipeline.js';

/** A name that no other process has, nor the next one of this replica. */
export const PROCESS_ID = Symbol('process id');

type Config = ServiceConfig<MessagingEnvironment>;

function makeAllowances(ledger: LedgerByHttp, log: EventLog, metrics: Metrics): Allowances {
  const failures = metrics.counter('allowance_failures', 'Allowances that could not be asked for or given back');
  const allowances = new Allowances({
    ledger,
    onFailure: (failure, error) => {
      failures.inc();
      log.warn('messages.failed', { failure, error: error instanceof Error ? error.name : 'unknown' });
    },
  });
  allowances.start();
  return allowances;
}

function makePipeline(
  mailbox: MailboxStore,
  ledger: LedgerByHttp,
  allowances: Allowances,
  config: Config,
  log: EventLog,
  metrics: Metrics,
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
    allowances,
    costOf: costs(config.env),
    queueMax: config.env.QUEUE_MAX,
    batchMax: config.env.BATCH_MAX,
    queueMaxBytes: config.env.QUEUE_MAX_BYTES,
    onBatch: (size) => {
      batchMessages.observe(size);
    },
    onFailure: (failure, error) => {
      failures.inc({ failure });
      log.warn('messages.failed', { failure, error: error instanceof Error ? error.name : 'unknown' });
    },
  });
  metrics.gauge('send_queue_depth', 'Messages that are not answered yet', [], () => pipeline.depth);
  return pipeline;
}

function startCaptures(
  store: Store,
  ledger: LedgerByHttp,
  allowances: Allowances,
  config: Config,
  log: EventLog,
  processId: string,
  mailbox: MailboxStore,
  conversations: ConversationStore,
  fanout: Fanout,
  notices: BalanceNotices,
): OutboxRunner {
  const announce = (messageId: string): void => {
    const delivery = mailbox.delivery(messageId);
    if (delivery === null) return;
    const { conversationId, ...message } = delivery;
    fanout.messageArrived(conversations.readersOf(conversationId, message.seq), message);
  };
  const handler = captureCharges({
    ledger,
    allowances,
    processId,
    announce,
    onBalance: (userId, available) => {
      notices.changed(userId, available);
    },
  });
  const runner = new OutboxRunner({
    store,
    replicaId: config.replicaId,
    log,
    handlers: { [CAPTURE_TOPIC]: handler },
  });
  runner.start();
  return runner;
}

/** Ends sending: what was taken is stored, what is stored is captured, and what was set aside for more is given back. */
function endSending(
  pipeline: SendPipeline,
  captures: OutboxRunner,
  allowances: Allowances,
  shutdown: Shutdown,
): { readonly end: () => Promise<void> } {
  const end = async (): Promise<void> => {
    await pipeline.drained();
    await captures.stop();
    await allowances.stop();
  };
  shutdown.onDrain('sending', end);
  return { end };
}

/** The way of a message from a socket into the store, and into the ledger. */
export const SENDING = [
  { provide: LedgerByHttp, inject: [InternalHttp], useFactory: (http: InternalHttp) => new LedgerByHttp(http) },
  { provide: Allowances, inject: [LedgerByHttp, EventLog, Metrics], useFactory: makeAllowances },
  {
    provide: SendPipeline,
    inject: [MailboxStore, LedgerByHttp, Allowances, ServiceConfig, EventLog, Metrics],
    useFactory: makePipeline,
  },
  {
    provide: OutboxRunner,
    inject: [
      Store,
      LedgerByHttp,
      Allowances,
      ServiceConfig,
      EventLog,
      PROCESS_ID,
      MailboxStore,
      ConversationStore,
      Fanout,
      BalanceNotices,
    ],
    useFactory: startCaptures,
  },
  {
    provide: Symbol('end of sending'),
    inject: [SendPipeline, OutboxRunner, Allowances, Shutdown],
    useFactory: endSending,
  },
];
