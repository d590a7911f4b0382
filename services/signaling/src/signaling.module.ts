import { Module } from '@nestjs/common';
import { MEMBERS_CHANGED_CHANNEL } from '@secureconnect/contracts/internal';
import { Shutdown } from '@secureconnect/platform/bootstrap/shutdown';
import { ServiceConfig } from '@secureconnect/platform/config/service-config';
import { StartFailure } from '@secureconnect/platform/config/start-failure';
import { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { EventLog } from '@secureconnect/platform/logging/event-log';
import { Metrics } from '@secureconnect/platform/metrics/metrics';
import { HandshakeCheck } from '@secureconnect/platform/redis-io/caller-socket';
import { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import { RoomFanout } from '@secureconnect/platform/redis-io/room-fanout';
import { SessionCheck } from '@secureconnect/platform/redis-io/session-check';
import { Store } from '@secureconnect/platform/store/store';
import { StoreModule } from '@secureconnect/platform/store/store.module';
import { InternalRelaysController } from './relay/internal-relays.controller.js';
import { Members, membersByHttp } from './relay/members.js';
import { Relay } from './relay/relay.js';
import { Rooms } from './relay/rooms.js';
import { SignalsGateway } from './relay/signals.gateway.js';
import { Tally } from './relay/tally.js';
import type { SignalingEnvironment } from './settings.js';
import { RelayHourStore } from './store/relay-hour-store.js';
import { SIGNALING_SCHEMA } from './store/signaling-schema.js';

type Config = ServiceConfig<SignalingEnvironment>;

function makeMembers(http: InternalHttp, config: Config, redis: RedisLink): Members {
  for (const [peer, variable] of [
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

@Module({
  imports: [StoreModule.of({ ...SIGNALING_SCHEMA, writers: 'many' })],
  controllers: [InternalRelaysController],
  providers: [
    SignalsGateway,
    { provide: HandshakeCheck, inject: [InternalHttp], useFactory: (http: InternalHttp) => new SessionCheck(http) },
    { provide: RelayHourStore, inject: [Store], useFactory: (store: Store) => new RelayHourStore(store) },
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
