import { Module } from '@nestjs/common';
import { MEMBERS_CHANGED_CHANNEL } from '@secureconnect/contracts/internal';
import { Shutdown } from '@secureconnect/platform/bootstrap/shutdown';
import { ServiceConfig } from '@secureconnect/platform/config/service-config';
import { StartFailure } from '@secureconnect/platform/config/start-failure';
import { priceAt } from '@secureconnect/platform/config/price-setting';
import { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { EventLog } from '@secureconnect/platform/logging/event-log';
import { Metrics } from '@secureconnect/platform/metrics/metrics';
import { HandshakeCheck } from '@secureconnect/platform/redis-io/caller-socket';
import { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import { RoomFanout } from '@secureconnect/platform/redis-io/room-fanout';
import { SessionCheck } from '@secureconnect/platform/redis-io/session-check';
import { Outbox } from '@secureconnect/platform/outbox/outbox';
import { OutboxRunner } from '@secureconnect/platform/outbox/outbox-runner';
import { Store } from '@secureconnect/platform/store/store';
import { StoreModule } from '@secureconnect/platform/store/store.module';
import { AbandonedCalls } from './calls/abandoned-calls.js';
import { holdByHttp, settleByHttp } from './calls/call-charges.js';
import { CallPresence } from './calls/call-presence.js';
import { Calls } from './calls/calls.js';
import { CallsGateway } from './calls/calls.gateway.js';
import { InternalCallsController } from './calls/internal-calls.controller.js';
import { InternalRelaysController } from './relay/internal-relays.controller.js';
import { Members, membersByHttp } from './relay/members.js';
import { Relay } from './relay/relay.js';
import { Rooms } from './relay/rooms.js';
import { SignalsGateway } from './relay/signals.gateway.js';
import { Tally } from './relay/tally.js';
import type { SignalingEnvironment } from './settings.js';
import { CallStore, SETTLE_TOPIC } from './store/call-store.js';
import { RelayHourStore } from './store/relay-hour-store.js';
import { SIGNALING_SCHEMA } from './store/signaling-schema.js';

type Config = ServiceConfig<SignalingEnvironment>;

function makeMembers(http: InternalHttp, config: Config, redis: RedisLink): Members {
  for (const [peer, variable] of [
    ['credits', 'CREDITS_INTERNAL_URL'],
    ['auth', 'AUTH_INTERNAL_URL'],
    ['messaging', 'MESSAGING_INTERNAL_URL'],
  ] as const) {
    if (config.peers[peer] !== undefined) continue;
    throw new StartFailure(`The service signaling cannot start: ${variable} missing in the environment.`);
  }
  const members = new Members({
    ask: membersByHttp(http),
    rememberedMs: config.env.MEMBERS_REMEMBERED_MS,
    unknownRememberedMs: config.env.UNKNOWN_REMEMBERED_MS,
  });
  redis.subscribe(MEMBERS_CHANGED_CHANNEL, (message) => {
    members.hear(message);
  });
  return members;
}

function startTally(hours: RelayHourStore, config: Config, log: EventLog, metrics: Metrics, shutdown: Shutdown): Tally {
  const signals = metrics.counter('signals', 'Signals that were written to the store, by outcome', ['outcome']);
  const tally = new Tally({
    write: async (counted) => {
      await hours.add(counted);
      for (const { outcome, signals: count } of counted) signals.inc({ outcome }, count);
    },
    intervalMs: config.env.TALLY_INTERVAL_MS,
    onFailed: (error) => {
      log.error('tally.write-failed', error);
    },
  });
  tally.start();
  shutdown.onDrain('tally', () => tally.stop());
  return tally;
}

function makeCalls(
  members: Members,
  store: CallStore,
  redis: RedisLink,
  http: InternalHttp,
  config: Config,
  metrics: Metrics,
): Calls {
  const moves = metrics.counter('calls', 'Calls that began, connected and ended here', ['move']);
  const { CALL_PRICE: prices, CALL_ALIVE_FOR_MS: aliveForMs, STUN_URLS: stunUrls, TURN_URLS: turnUrls } = config.env;
  return new Calls({
    members,
    store,
    presence: new CallPresence(redis, aliveForMs),
    hold: holdByHttp(http),
    price: () => priceAt(prices, Date.now()),
    ice: { stunUrls, turnUrls, secret: turnUrls.length > 0 ? config.secret('turn.secret') : null },
    onMove: (move) => {
      moves.inc({ move });
    },
  });
}

function startAbandoned(store: CallStore, config: Config, log: EventLog, shutdown: Shutdown): AbandonedCalls {
  const abandoned = new AbandonedCalls({
    store,
    intervalMs: config.env.ABANDONED_INTERVAL_MS,
    onEnded: (count) => {
      log.info('calls.abandoned', { count });
    },
    onFailed: (error) => {
      log.error('calls.abandon-failed', error);
    },
  });
  abandoned.start();
  shutdown.onDrain('abandoned-calls', () => {
    abandoned.stop();
  });
  return abandoned;
}

function startOutbox(
  store: Store,
  http: InternalHttp,
  config: Config,
  log: EventLog,
  shutdown: Shutdown,
): OutboxRunner {
  const handlers = { [SETTLE_TOPIC]: settleByHttp(http) };
  const runner = new OutboxRunner({ store, replicaId: config.replicaId, handlers, log });
  runner.start();
  shutdown.onDrain('outbox', () => runner.stop());
  return runner;
}

@Module({
  imports: [StoreModule.of({ ...SIGNALING_SCHEMA, writers: 'many' })],
  controllers: [InternalRelaysController, InternalCallsController],
  providers: [
    SignalsGateway,
    CallsGateway,
    { provide: HandshakeCheck, inject: [InternalHttp], useFactory: (http: InternalHttp) => new SessionCheck(http) },
    { provide: RelayHourStore, inject: [Store], useFactory: (store: Store) => new RelayHourStore(store) },
    {
      provide: CallStore,
      inject: [Store, ServiceConfig],
      useFactory: (store: Store, config: Config) => new CallStore(store, new Outbox(config.replicaId)),
    },
    {
      provide: Calls,
      inject: [Members, CallStore, RedisLink, InternalHttp, ServiceConfig, Metrics],
      useFactory: makeCalls,
    },
    { provide: AbandonedCalls, inject: [CallStore, ServiceConfig, EventLog, Shutdown], useFactory: startAbandoned },
    {
      provide: OutboxRunner,
      inject: [Store, InternalHttp, ServiceConfig, EventLog, Shutdown],
      useFactory: startOutbox,
    },
    { provide: Members, inject: [InternalHttp, ServiceConfig, RedisLink], useFactory: makeMembers },
    { provide: Rooms, inject: [RoomFanout], useFactory: (fanout: RoomFanout) => new Rooms(fanout) },
    { provide: Tally, inject: [RelayHourStore, ServiceConfig, EventLog, Metrics, Shutdown], useFactory: startTally },
    {
      provide: Relay,
      inject: [Members, Rooms, Tally],
      useFactory: (members: Members, rooms: Rooms, tally: Tally) => new Relay(members, rooms, tally),
    },
  ],
})
export class SignalingModule {}
