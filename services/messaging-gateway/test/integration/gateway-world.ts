import { randomBytes } from 'node:crypto';
import { startService, type RunningService } from '@secureconnect/platform/bootstrap/run-service';
import { RedisServer } from '@secureconnect/platform/testing/redis-server';
import { serviceEnvironment, TEST_ORIGIN } from '@secureconnect/platform/testing/service-environment';
import { temporaryFolder } from '@secureconnect/platform/testing/temporary-folder';
import { TestSecrets } from '@secureconnect/platform/testing/test-secrets';
import Sqlite from 'better-sqlite3';
import { io, type Socket } from 'socket.io-client';
import { Decoder, Encoder } from 'socket.io-parser';
import { messagingService } from '../../src/service.js';
import type { Person } from '../letters.js';
import { FakePeers } from './fake-peers.js';

/** What a socket heard, in order. */
export interface Heard {
  readonly event: string;
  readonly body: Record<string, unknown>;
}

export class Device {
  readonly heard: Heard[] = [];

  constructor(readonly socket: Socket) {
    socket.onAny((event: string, body: Record<string, unknown>) => this.heard.push({ event, body }));
  }

  /** A command and its acknowledgement. */
  ask(event: string, ...body: unknown[]): Promise<Record<string, unknown>> {
    return this.socket.timeout(5_000).emitWithAck(event, ...body) as Promise<Record<string, unknown>>;
  }

  of(event: string): Record<string, unknown>[] {
    return this.heard.filter((heard) => heard.event === event).map((heard) => heard.body);
  }

  async waitFor(event: string, count = 1, withinMs = 5_000): Promise<Record<string, unknown>[]> {
    await until(() => this.of(event).length >= count, withinMs, `${String(count)} × ${event}`);
    return this.of(event);
  }
}

export async function until(done: () => boolean, withinMs: number, what: string): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!done()) {
    if (Date.now() > deadline) throw new Error(`not within ${String(withinMs)} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Reads pages: Socket.IO's own decoder gives up at eleven binary parts. */
class PageDecoder extends Decoder {
  constructor() {
    super({ maxAttachments: 1_000 });
  }
}

/** Gateway replicas with all that they need, real but for credits and auth. */
export class GatewayWorld {
  readonly folder = temporaryFolder();
  readonly secrets = new TestSecrets();
  readonly storeFile = this.folder.file('messaging.sqlite');
  readonly #open: Socket[] = [];
  readonly #running = new Set<RunningService>();

  private constructor(
    readonly redis: RedisServer,
    readonly peers: FakePeers,
  ) {}

  static async open(): Promise<GatewayWorld> {
    return new GatewayWorld(await RedisServer.start(), await FakePeers.start());
  }

  async start(replicaId: string, extra: Record<string, string> = {}): Promise<RunningService> {
    const { storeFile, secrets } = this;
    const peers = { AUTH_INTERNAL_URL: this.peers.url, CREDITS_INTERNAL_URL: this.peers.url };
    const environment = serviceEnvironment({
      storeFile,
      redisUrl: this.redis.url,
      secrets,
      replicaId,
      extra: { ...peers, ...extra },
    });
    const service = await startService(messagingService, environment);
    this.#running.add(service);
    return service;
  }

  async stop(service: RunningService): Promise<void> {
    this.#running.delete(service);
    await service.stop();
  }

  async connect(
    service: RunningService,
    who: Person,
    claims: { sessionId?: string; deviceId?: string | null } = {},
  ): Promise<Device> {
    const device = await this.dial(service, who, claims);
    await device.waitFor('session:welcome');
    return device;
  }

  /** Connects without waiting for the welcome. */
  async dial(
    service: RunningService,
    who: Person,
    claims: { sessionId?: string; deviceId?: string | null } = {},
  ): Promise<Device> {
    const token = await this.secrets.accessToken({
      userId: who.userId,
      deviceId: who.deviceId,
      sessionId: randomBytes(16).toString('hex'),
      ...claims,
    });
    const socket = io(service.publicUrl, {
      path: '/socket/messaging',
      transports: ['websocket'],
      auth: { v: 1 },
      extraHeaders: { origin: TEST_ORIGIN, cookie: `sc-access=${token}` },
      reconnection: false,
      forceNew: true,
      parser: { Encoder, Decoder: PageDecoder },
    });
    this.#open.push(socket);
    return new Device(socket);
  }

  /** Reads the store beside the services. */
  rows<T>(sql: string): T[] {
    const database = new Sqlite(this.storeFile, { readonly: true });
    try {
      return database.prepare<[], T>(sql).all();
    } finally {
      database.close();
    }
  }

  disconnectAll(): void {
    for (const socket of this.#open.splice(0)) socket.disconnect();
  }

  async close(): Promise<void> {
    this.disconnectAll();
    await Promise.all([...this.#running].map((service) => service.stop()));
    await this.peers.stop();
    await this.redis.stop();
    this.secrets.remove();
    this.folder.remove();
  }
}
