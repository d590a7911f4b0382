import { Module } from '@nestjs/common';
import { Shutdown } from '@secureconnect/platform/bootstrap/shutdown';
import { ServiceConfig } from '@secureconnect/platform/config/service-config';
import { StartFailure } from '@secureconnect/platform/config/start-failure';
import { Readiness } from '@secureconnect/platform/health/readiness';
import { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { EventLog } from '@secureconnect/platform/logging/event-log';
import { Metrics } from '@secureconnect/platform/metrics/metrics';
import { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import { StoreModule } from '@secureconnect/platform/store/store.module';
import { Store } from '@secureconnect/platform/store/store';
import { AdjustmentsController } from './adjustments/adjustments.controller.js';
import { Charges } from './charges/charges.js';
import { InternalChargesController } from './charges/internal-charges.controller.js';
import { OwnersByHttp } from './charges/owners.js';
import { Sweeper } from './charges/sweeper.js';
import { BalanceController } from './ledger/balance.controller.js';
import { Balances } from './ledger/balances.js';
import { InternalAccountsController } from './ledger/internal-accounts.controller.js';
import { LedgerWatch } from './ledger/ledger-watch.js';
import { Receipts } from './ledger/receipts.js';
import { StatementController } from './ledger/statement.controller.js';
import { PriceList } from './pricing/price-list.js';
import { PricesController } from './pricing/prices.controller.js';
import type { CreditsEnvironment } from './settings.js';
import { StatisticsController } from './statistics/statistics.controller.js';
import { CREDITS_SCHEMA } from './store/credits-schema.js';
import { auditLedger } from './store/ledger-audit.js';
import { LedgerStore } from './store/ledger-store.js';
import { PriceRows } from './store/price-rows.js';
import { StatementRows } from './store/statement-rows.js';
import { StatisticsRows } from './store/statistics-rows.js';
import { TopupRows } from './store/topup-rows.js';
import { BalanceHints } from './topups/balance-hints.js';
import { InternalTopupsController, TopupsController } from './topups/topups.controller.js';

type Config = ServiceConfig<CreditsEnvironment>;

function makeCharges(ledger: LedgerStore, config: Config, metrics: Metrics): Charges {
  const holds = metrics.counter('holds', 'Holds asked for, by outcome', ['outcome']);
  const settlements = metrics.counter('settlements', 'Settlements asked for, and where they left the charge', [
    'move',
    'state',
  ]);
  const captures = metrics.counter('captures', 'Charges captured, each once');
  const allowances = metrics.counter('allowances', 'Allowances asked for, by outcome', ['outcome']);
  metrics.gauge('holds_open', 'Charges that are held now', [], () => ledger.countHeld());
  const { HOLD_LIFETIME_MS: message, CALL_HOLD_LIFETIME_MS: call } = config.env;
  return new Charges(
    ledger,
    { message, 'group-message': message, call },
    {
      held: (outcome) => {
        holds.inc({ outcome });
      },
      settled: (move, state) => {
        settlements.inc({ move, state });
      },
      captured: (count) => {
        captures.inc(count);
      },
      allowed: (outcome) => {
        allowances.inc({ outcome });
      },
    },
  );
}

function startSweeper(
  ledger: LedgerStore,
  http: InternalHttp,
  config: Config,
  log: EventLog,
  metrics: Metrics,
  shutdown: Shutdown,
): Sweeper {
  if (config.peers.messaging === undefined) {
    throw new StartFailure('The service credits cannot start: MESSAGING_INTERNAL_URL missing in the environment.');
  }
  const swept = metrics.counter('holds_swept', 'Holds and allowances past their lifetime, by what became of them', [
    'state',
  ]);
  const sweeper = new Sweeper({
    ledger,
    owners: new OwnersByHttp(http),
    intervalMs: config.env.SWEEP_INTERVAL_MS,
    graceMs: config.env.SWEEP_GRACE_MS,
    onSwept: ({ captured, released, closed }) => {
      swept.inc({ state: 'captured' }, captured);
      swept.inc({ state: 'released' }, released);
      swept.inc({ state: 'closed' }, closed);
      log.info('holds.swept', { captured, released, closed });
    },
    onAway: (kind, error) => {
      log.warn('holds.owner-away', { kind, reason: error instanceof Error ? error.name : 'unknown' });
    },
    onFailed: (error) => {
      log.error('holds.sweep-failed', error);
    },
  });
  sweeper.start();
  shutdown.onDrain('sweeper', () => sweeper.stop());
  return sweeper;
}

function startLedgerWatch(
  config: Config,
  log: EventLog,
  metrics: Metrics,
  readiness: Readiness,
  shutdown: Shutdown,
  /** Asked for so that the schema stands before the first audit. */
  _store: Store,
): LedgerWatch {
  const watch = new LedgerWatch({
    audit: () => auditLedger(config.storeFile),
    intervalMs: config.env.AUDIT_INTERVAL_MS,
    onIntact: ({ accounts, entries }) => {
      log.info('ledger.intact', { accounts, entries });
    },
    onBroken: (broken, counts) => {
      log.error('ledger.broken', undefined, { broken: broken.join(' '), ...counts });
    },
    onFailed: (error) => {
      log.error('ledger.audit-failed', error);
    },
  });
  metrics.gauge('ledger_intact', '1 while the last audit found nothing wrong', [], () => (watch.isIntact ? 1 : 0));
  // The wrong sum was there before; stopping all messages would not mend it. It wants a person.
  readiness.add('ledger', () => (watch.isIntact ? 'ok' : 'degraded'));
  watch.start();
  shutdown.onDrain('ledger-watch', () => {
    watch.stop();
  });
  return watch;
}

@Module({
  imports: [StoreModule.of(CREDITS_SCHEMA)],
  controllers: [
    BalanceController,
    StatementController,
    PricesController,
    InternalAccountsController,
    InternalChargesController,
    TopupsController,
    InternalTopupsController,
    AdjustmentsController,
    StatisticsController,
  ],
  providers: [
    {
      provide: PriceList,
      inject: [Store, ServiceConfig],
      useFactory: (store: Store, { env }: Config) =>
        PriceList.open(new PriceRows(store), env.OPENING_CREDITS, {
          message: env.MESSAGE_PRICE,
          'group-message': env.GROUP_MESSAGE_PRICE,
          call: env.CALL_PRICE,
        }),
    },
    {
      provide: LedgerStore,
      inject: [Store, ServiceConfig],
      useFactory: (store: Store, { env }: Config) => new LedgerStore(store, env.OPENING_CREDITS),
    },
    {
      provide: Balances,
      inject: [LedgerStore, ServiceConfig],
      useFactory: (ledger: LedgerStore, { env }: Config) => new Balances(ledger, env.OPENING_CREDITS),
    },
    { provide: StatisticsRows, inject: [Store], useFactory: (store: Store) => new StatisticsRows(store) },
    { provide: TopupRows, inject: [Store], useFactory: (store: Store) => new TopupRows(store) },
    {
      provide: BalanceHints,
      inject: [RedisLink, Balances],
      useFactory: (redis: RedisLink, balances: Balances) => new BalanceHints(redis, balances),
    },
    { provide: StatementRows, inject: [Store], useFactory: (store: Store) => new StatementRows(store) },
    {
      provide: Receipts,
      inject: [ServiceConfig],
      useFactory: (config: Config) => new Receipts(config.secretKey('receipts.key').revealBytes()),
    },
    { provide: Charges, inject: [LedgerStore, ServiceConfig, Metrics], useFactory: makeCharges },
    {
      provide: Sweeper,
      inject: [LedgerStore, InternalHttp, ServiceConfig, EventLog, Metrics, Shutdown],
      useFactory: startSweeper,
    },
    {
      provide: LedgerWatch,
      inject: [ServiceConfig, EventLog, Metrics, Readiness, Shutdown, Store],
      useFactory: startLedgerWatch,
    },
  ],
})
export class CreditsModule {}
