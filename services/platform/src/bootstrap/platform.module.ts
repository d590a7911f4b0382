import { Module, type DynamicModule } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { ServiceConfig } from '../config/service-config.js';
import { HealthController } from '../health/health.controller.js';
import { Readiness } from '../health/readiness.js';
import { InternalHttp } from '../internal-http/internal-http.js';
import { ServiceTokens } from '../internal-http/service-tokens.js';
import { EventLog } from '../logging/event-log.js';
import { Metrics } from '../metrics/metrics.js';
import { RedisLink } from '../redis-io/redis-link.js';
import { RoomFanout } from '../redis-io/room-fanout.js';
import { AddressMarks } from '../throttle/address-marks.js';
import { RedisThrottleStorage } from '../throttle/redis-throttle-storage.js';
import { ThrottleGuard } from '../throttle/throttle-guard.js';
import { UserBudgets } from '../throttle/user-budgets.js';
import { AccessTokens } from '../tokens/access-tokens.js';
import { RequestGuard } from './request-guard.js';
import { Shutdown } from './shutdown.js';

/** Requests a minute of one account (or address) to one route, where the route does not say otherwise. */
const DEFAULT_RATE = { limit: 600, ttl: 60_000 };

/** Everything that a service may inject, made once per process and global. */
export interface PlatformParts {
  readonly config: ServiceConfig;
  readonly log: EventLog;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly shutdown: Shutdown;
  readonly redis: RedisLink;
  readonly fanout: RoomFanout;
  readonly accessTokens: AccessTokens;
  readonly serviceTokens: ServiceTokens;
  readonly internalHttp: InternalHttp;
}

@Module({})
export class PlatformModule {
  static of(parts: PlatformParts): DynamicModule {
    const storage = new RedisThrottleStorage(parts.redis);
    const budgets = new UserBudgets(parts.redis, parts.config.name, parts.config.throttleScale);
    budgets.start();
    parts.shutdown.onClose('throttle', () => {
      storage.close();
      budgets.stop();
    });
    const values = [
      { provide: ServiceConfig, useValue: parts.config },
      { provide: EventLog, useValue: parts.log },
      { provide: Metrics, useValue: parts.metrics },
      { provide: Readiness, useValue: parts.readiness },
      { provide: Shutdown, useValue: parts.shutdown },
      { provide: RedisLink, useValue: parts.redis },
      { provide: RoomFanout, useValue: parts.fanout },
      { provide: AccessTokens, useValue: parts.accessTokens },
      { provide: ServiceTokens, useValue: parts.serviceTokens },
      { provide: InternalHttp, useValue: parts.internalHttp },
      { provide: UserBudgets, useValue: budgets },
      {
        provide: AddressMarks,
        useValue: new AddressMarks(parts.config.secret(`service-${parts.config.name}.token`)),
      },
    ];
    return {
      module: PlatformModule,
      global: true,
      imports: [
        ThrottlerModule.forRoot({ throttlers: [{ name: 'default', ...DEFAULT_RATE }], storage, setHeaders: false }),
      ],
      controllers: [HealthController],
      providers: [...values, ThrottleGuard, RequestGuard],
      exports: values.map((value) => value.provide),
    };
  }
}
