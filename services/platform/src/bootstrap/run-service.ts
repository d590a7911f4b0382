import 'reflect-metadata';
import { createServer } from 'node:http';
import { Module, type NestApplicationOptions, type Type } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import * as z from 'zod';
import { readServiceConfig, type ServiceConfig } from '../config/service-config.js';
import { StartFailure } from '../config/start-failure.js';
import { Readiness } from '../health/readiness.js';
import { StandingLease } from '../health/replica-standings.js';
import { InternalHttp } from '../internal-http/internal-http.js';
import { ServiceTokens } from '../internal-http/service-tokens.js';
import { EventLog } from '../logging/event-log.js';
import { NestLog } from '../logging/nest-log.js';
import { Metrics } from '../metrics/metrics.js';
import { ProblemFilter } from '../problem/problem-filter.js';
import { SchemaPipe } from '../problem/schema-pipe.js';
import { HandshakeCheck, RedisRestored } from '../redis-io/caller-socket.js';
import { Seats } from '../redis-io/connection-bounds.js';
import { RedisLink } from '../redis-io/redis-link.js';
import { RoomFanout } from '../redis-io/room-fanout.js';
import { CallerSocketAdapter } from '../redis-io/socket-adapter.js';
import { AccessTokens } from '../tokens/access-tokens.js';
import type { TrustProxy } from '../tokens/transport.js';
import { bound, closeListener, cutConnections, open, portOf } from './listeners.js';
import { PlatformModule, type PlatformParts } from './platform.module.js';
import { endOnSignal } from './process-end.js';
import { observeRequests, parseBodies, publicHeaders, refuseForeign } from './public-door.js';
import { RequestGuard } from './request-guard.js';
import type { GuardedRequest } from './route-marks.js';
import type { ServiceDefinition } from './service-definition.js';
import { endsWithin, Shutdown } from './shutdown.js';

const REDIS_WAIT_MS = 3_000;
/** How long what was begun may take to end at a shutdown. */
const DRAIN_MAX_MS = 5_000;
/** How long clients may take to hear that we go. */
const GOODBYE_MAX_MS = 1_500;

/** A service that answers on both its ports. */
export interface RunningService {
  readonly app: NestExpressApplication;
  readonly config: ServiceConfig;
  /** `http://127.0.0.1:<port>` of the public listener. */
  readonly publicUrl: string;
  readonly internalUrl: string;
  /** Drains and ends everything; resolves when nothing of it is left. */
  stop(): Promise<void>;
}

/** All of a `main.ts`: starts the service, ends it on SIGTERM or SIGINT; a failed start is one sentence and exit 1. */
export function runService(definition: ServiceDefinition): void {
  startService(definition, process.env).then(
    (service) => {
      endOnSignal(service, service.app.get(EventLog));
    },
    (error: unknown) => {
      process.stderr.write(`${sentenceOf(error, definition.name)}\n`);
      process.exit(1);
    },
  );
}

/** Starts a service with the given environment, in this process (tests start several). @throws StartFailure and whatever stops it */
export async function startService(
  definition: ServiceDefinition,
  variables: NodeJS.ProcessEnv,
): Promise<RunningService> {
  const config = readServiceConfig(definition.name, variables, definition.env ?? z.object({}));
  const log = new EventLog({ service: config.name, replicaId: config.replicaId, level: config.logLevel });
  const parts = await makeParts(config, log);
  let app: NestExpressApplication | undefined;
  try {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest 12 declares its options as a class that nobody makes
    const options: NestApplicationOptions = { logger: new NestLog(log), bodyParser: false, abortOnError: false };
    app = await NestFactory.create<NestExpressApplication>(rootModule(definition, parts), options);
    return await listen(app, definition, parts);
  } catch (error) {
    await app?.close().catch(() => undefined);
    await parts.shutdown.close();
    throw error;
  }
}

async function makeParts(config: ServiceConfig, log: EventLog): Promise<PlatformParts> {
  const accessTokens = await AccessTokens.fromPem(config.secret('jwt-public.pem').reveal()).catch((error: unknown) => {
    if (error instanceof StartFailure) throw error;
    throw new StartFailure(
      `The file jwt-public.pem in ${config.secretsDir} is not an ES256 public key; create the secrets again.`,
    );
  });
  const serviceTokens = ServiceTokens.fromConfig(config);
  const metrics = new Metrics({ service: config.name, replicaId: config.replicaId });
  const internalHttp = new InternalHttp(config, metrics);
  const readiness = new Readiness(config.replicaId);
  const shutdown = new Shutdown(log);
  const redis = new RedisLink(config.redisUrl, log);
  shutdown.onClose('redis', () => {
    redis.close();
  });
  shutdown.onClose('internal-http', () => internalHttp.close());
  readiness.add('redis', () => (redis.isReady ? 'ok' : 'degraded'));
  metrics.gauge('redis_ready', '1 while both Redis connections stand', [], () => (redis.isReady ? 1 : 0));
  if (!(await redis.settled(REDIS_WAIT_MS))) log.warn('redis.absent-at-start');
  const fanout = new RoomFanout(redis, config.name);
  return { config, log, metrics, readiness, shutdown, redis, fanout, accessTokens, serviceTokens, internalHttp };
}

function rootModule(definition: ServiceDefinition, parts: PlatformParts): Type {
  @Module({ imports: [PlatformModule.of(parts), definition.module] })
  class RootModule {}
  return RootModule;
}

async function listen(
  app: NestExpressApplication,
  definition: ServiceDefinition,
  parts: PlatformParts,
): Promise<RunningService> {
  const { config, log, metrics } = parts;
  app.set('trust proxy', [...config.trustProxy]);
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.disable('x-powered-by');
  const seconds = metrics.histogram('http_request_seconds', 'HTTP requests by route', ['method', 'route', 'status']);
  app.use(
    observeRequests(seconds),
    ...publicHeaders(),
    refuseForeign(config.publicOrigins),
    parseBodies(definition.bodyLimits ?? {}),
  );
  app.useGlobalPipes(new SchemaPipe());
  app.useGlobalFilters(new ProblemFilter(log));
  app.useGlobalGuards(app.get(RequestGuard));
  const sockets = definition.sockets === undefined ? undefined : socketAdapter(app, definition.sockets, parts);
  if (sockets !== undefined) app.useWebSocketAdapter(sockets);
  const restored = optionalProvider(app, RedisRestored);
  if (restored !== null) {
    parts.redis.onRestored(() => {
      restored.redisRestored();
    });
  }
  await app.init();
  const publicServer = app.getHttpServer();
  const express = app.getHttpAdapter().getInstance() as (request: GuardedRequest, response: unknown) => void;
  const internalServer = createServer((request, response) => {
    express(Object.assign(request as GuardedRequest, { listener: 'internal' as const }), response);
  });
  bound(publicServer);
  bound(internalServer);
  await open(internalServer, config.internalPort, config.host, 'INTERNAL_PORT', config.name);
  await open(publicServer, config.port, config.host, 'PORT', config.name);
  startStandingLease(parts, sockets);
  log.info('service.started', { port: portOf(publicServer), internalPort: portOf(internalServer) });
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    log.info('service.draining');
    parts.readiness.drain();
    const servers = [publicServer, internalServer];
    const closed = Promise.all(servers.map(closeListener));
    sockets?.refuseCommands();
    if (!(await endsWithin(DRAIN_MAX_MS, parts.shutdown.drain()))) log.warn('service.drain-overdue');
    sockets?.endAll();
    await endsWithin(GOODBYE_MAX_MS, closed);
    servers.forEach(cutConnections);
    await closed;
    await app.close();
    await parts.shutdown.close();
    log.info('service.stopped');
  };
  return {
    app,
    config,
    publicUrl: `http://127.0.0.1:${String(portOf(publicServer))}`,
    internalUrl: `http://127.0.0.1:${String(portOf(internalServer))}`,
    stop: () => (stopping ??= stop()),
  };
}

/** From now on the process is listed with the others; not while it drains. */
function startStandingLease(
  { config, readiness, redis, shutdown }: PlatformParts,
  sockets?: CallerSocketAdapter,
): void {
  const lease = new StandingLease(redis, {
    report: () => ({ service: config.name, ...readiness.report(), connections: sockets?.connected ?? null }),
    storeFile: config.storeFile,
  });
  lease.start();
  shutdown.onDrain('standing', () => lease.stop());
}

function socketAdapter(
  app: NestExpressApplication,
  options: NonNullable<ServiceDefinition['sockets']>,
  parts: PlatformParts,
) {
  const rules = {
    origins: parts.config.publicOrigins,
    trust: (app.getHttpAdapter().getInstance() as { get(name: string): unknown }).get('trust proxy fn') as TrustProxy,
    tokens: parts.accessTokens,
    check: optionalProvider(app, HandshakeCheck),
    seats: new Seats(),
    log: parts.log,
  };
  return new CallerSocketAdapter(app, options, rules, parts.redis, parts.fanout, parts.metrics);
}

/** The service's provider of a class that it may leave unbound. (Looked for first: Nest's `get` logs an error where there is none.) */
function optionalProvider<T>(app: NestExpressApplication, token: abstract new () => T): T | null {
  const modules = [...app.get(ModulesContainer).values()];
  if (!modules.some(({ providers }) => providers.has(token))) return null;
  return app.get<T>(token as unknown as Type<T>, { strict: false });
}

function sentenceOf(error: unknown, name: string): string {
  if (error instanceof StartFailure) return error.message;
  return `The service ${name} cannot start: ${error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error'}`;
}
