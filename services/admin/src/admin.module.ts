import { Module } from '@nestjs/common';
import { Shutdown } from '@secureconnect/platform/bootstrap/shutdown';
import type { Secret } from '@secureconnect/platform/config/secret';
import { ServiceConfig } from '@secureconnect/platform/config/service-config';
import { StartFailure } from '@secureconnect/platform/config/start-failure';
import { Readiness } from '@secureconnect/platform/health/readiness';
import { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { EventLog } from '@secureconnect/platform/logging/event-log';
import { Outbox } from '@secureconnect/platform/outbox/outbox';
import { OutboxRunner } from '@secureconnect/platform/outbox/outbox-runner';
import { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import { Store } from '@secureconnect/platform/store/store';
import { StoreModule } from '@secureconnect/platform/store/store.module';
import { Accountable } from './audit/accountable.js';
import { AuditReading } from './audit/audit-reading.js';
import { AuditController } from './audit/audit.controller.js';
import { BootstrapController } from './operators/bootstrap.controller.js';
import { Bootstrap } from './operators/bootstrap.js';
import { MeController } from './operators/me.controller.js';
import { Names } from './operators/names.js';
import { OperatorGuard } from './operators/operator.guard.js';
import { OperatorsController } from './operators/operators.controller.js';
import { Operators } from './operators/operators.js';
import { RoleCourier } from './operators/role-courier.js';
import { Adjustments } from './overview/adjustments.js';
import { Bans } from './overview/bans.js';
import { Deletions } from './overview/deletions.js';
import { RegistrationController } from './overview/registration.controller.js';
import { Registration } from './overview/registration.js';
import { ResetCodes } from './overview/reset-codes.js';
import { TopupsController } from './overview/topups.controller.js';
import { TopupsQueue } from './overview/topups-queue.js';
import { UsersController } from './overview/users.controller.js';
import { UsersTable } from './overview/users-table.js';
import { StatisticsController } from './statistics/statistics.controller.js';
import { Statistics } from './statistics/statistics.js';
import { ADMIN_SCHEMA } from './store/admin-schema.js';
import { AuditLog } from './store/audit-log.js';
import { OperatorStore, ROLE_TOPIC } from './store/operator-store.js';

/** The token's file may be deleted once the first operator stands. */
function bootstrapToken(config: ServiceConfig): Secret | null {
  try {
    return config.secret('admin-bootstrap.token');
  } catch (error) {
    if (error instanceof StartFailure) return null;
    throw error;
  }
}

function startCourier(
  store: Store,
  config: ServiceConfig,
  http: InternalHttp,
  operators: OperatorStore,
  log: EventLog,
  shutdown: Shutdown,
): OutboxRunner {
  for (const [peer, variable] of [
    ['auth', 'AUTH_INTERNAL_URL'],
    ['credits', 'CREDITS_INTERNAL_URL'],
  ] as const) {
    if (config.peers[peer] !== undefined) continue;
    throw new StartFailure(`The service admin cannot start: ${variable} missing in the environment.`);
  }
  const courier = new RoleCourier(http, operators, log);
  const runner = new OutboxRunner({
    store,
    replicaId: config.replicaId,
    log,
    handlers: { [ROLE_TOPIC]: (entries) => courier.deliver(entries) },
  });
  runner.start();
  shutdown.onDrain('outbox', () => runner.stop());
  return runner;
}

/** Says aloud what does not follow, and ends what a process before this one began. */
async function openAudit(store: Store, log: EventLog, readiness: Readiness): Promise<AuditLog> {
  const audit = new AuditLog(store);
  const { brokenAt } = audit;
  if (brokenAt !== null) log.error('audit.broken', { entry: brokenAt });
  readiness.add('audit', () => (brokenAt === null ? 'ok' : 'degraded'));
  const forgotten = await audit.endForgotten();
  if (forgotten > 0) log.warn('audit.outcome-unknown', { acts: forgotten });
  return audit;
}

@Module({
  imports: [StoreModule.of(ADMIN_SCHEMA)],
  controllers: [
    BootstrapController,
    MeController,
    OperatorsController,
    UsersController,
    TopupsController,
    AuditController,
    RegistrationController,
    StatisticsController,
  ],
  providers: [
    OperatorGuard,
    {
      provide: OperatorStore,
      inject: [Store, ServiceConfig],
      useFactory: (store: Store, config: ServiceConfig) => new OperatorStore(store, new Outbox(config.replicaId)),
    },
    {
      provide: Bootstrap,
      inject: [OperatorStore, ServiceConfig],
      useFactory: (operators: OperatorStore, config: ServiceConfig) => new Bootstrap(operators, bootstrapToken(config)),
    },
    { provide: AuditLog, inject: [Store, EventLog, Readiness], useFactory: openAudit },
    { provide: Accountable, inject: [AuditLog], useFactory: (log: AuditLog) => new Accountable(log) },
    { provide: Names, inject: [InternalHttp], useFactory: (http: InternalHttp) => new Names(http) },
    {
      provide: Operators,
      inject: [InternalHttp, OperatorStore, Names],
      useFactory: (http: InternalHttp, operators: OperatorStore, names: Names) => new Operators(http, operators, names),
    },
    {
      provide: AuditReading,
      inject: [AuditLog, Names],
      useFactory: (log: AuditLog, names: Names) => new AuditReading(log, names),
    },
    {
      provide: ResetCodes,
      inject: [InternalHttp, Accountable],
      useFactory: (http: InternalHttp, accountable: Accountable) => new ResetCodes(http, accountable),
    },
    {
      provide: Bans,
      inject: [InternalHttp, OperatorStore, Accountable],
      useFactory: (http: InternalHttp, operators: OperatorStore, accountable: Accountable) =>
        new Bans(http, operators, accountable),
    },
    {
      provide: Adjustments,
      inject: [InternalHttp, Accountable],
      useFactory: (http: InternalHttp, accountable: Accountable) => new Adjustments(http, accountable),
    },
    {
      provide: Deletions,
      inject: [InternalHttp, OperatorStore, Accountable],
      useFactory: (http: InternalHttp, operators: OperatorStore, accountable: Accountable) =>
        new Deletions(http, operators, accountable),
    },
    {
      provide: TopupsQueue,
      inject: [InternalHttp, Accountable, Names],
      useFactory: (http: InternalHttp, accountable: Accountable, names: Names) =>
        new TopupsQueue(http, accountable, names),
    },
    {
      provide: UsersTable,
      inject: [InternalHttp, OperatorStore, EventLog],
      useFactory: (http: InternalHttp, operators: OperatorStore, log: EventLog) => new UsersTable(http, operators, log),
    },
    {
      provide: Registration,
      inject: [InternalHttp, Accountable],
      useFactory: (http: InternalHttp, accountable: Accountable) => new Registration(http, accountable),
    },
    {
      provide: Statistics,
      inject: [InternalHttp, RedisLink, EventLog],
      useFactory: (http: InternalHttp, redis: RedisLink, log: EventLog) => new Statistics(http, redis, log),
    },
    {
      provide: OutboxRunner,
      inject: [Store, ServiceConfig, InternalHttp, OperatorStore, EventLog, Shutdown],
      useFactory: startCourier,
    },
  ],
})
export class AdminModule {}
