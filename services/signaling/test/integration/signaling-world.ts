import { randomBytes } from 'node:crypto';
import Sqlite from 'better-sqlite3';
import { Redis } from 'ioredis';
import { io, type Socket } from 'socket.io-client';
import type { DeviceId, UserId } from '@secureconnect/contracts/ids';
import { CallsExistAnswer, ConversationMembers, SessionsCheck } from '@secureconnect/contracts/internal';
import { SendSignalOutcome, SignalArrived } from '@secureconnect/contracts/signaling';
import { startService, type RunningService } from '@secureconnect/platform/bootstrap/run-service';
import { RedisServer } from '@secureconnect/platform/testing/redis-server';
import { serviceEnvironment, TEST_ORIGIN } from '@secureconnect/platform/testing/service-environment';
import { temporaryFolder } from '@secureconnect/platform/testing/temporary-folder';
import { TestSecrets } from '@secureconnect/platform/testing/test-secrets';
import { signalingService } from '@secureconnect/signaling/service';
import { ALICE, ALICE_AND_BOB, ALICE_AND_MALLORY, BOB, MALLORY } from '../people.js';
import { FakeCredits } from './fake-credits.js';
import { FakePeer } from './fake-peer.js';

interface Connecting {
  readonly sessionId?: string;
  readonly lifetimeSeconds?: number;
  readonly auth?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

/** Two replicas of signaling on one store and one Redis; auth and messaging-gateway are played. */
export class SignalingWorld {
  readonly folder = temporaryFolder();
  readonly secrets = new TestSecrets();
  readonly storeFile = this.folder.file('signaling.sqlite');
  readonly members = new Map<string, readonly UserId[]>([
    [ALICE_AND_BOB, [ALICE, BOB]],
    [ALICE_AND_MALLORY, [ALICE, MALLORY]],
  ]);
  readonly endedSessions = new Set<string>();
  readonly sockets: Socket[] = [];
  first!: RunningService;
  second!: RunningService;

  private constructor(
    readonly redis: RedisServer,
    readonly auth: FakePeer,
    readonly gateway: FakePeer,
    readonly credits: FakeCredits,
  ) {}

  /** @param prepare - writes more secrets, and may add to the environment */
  static async open(
    given: Record<string, string> = {},
    prepare: (secrets: TestSecrets) => Record<string, string> = () => ({}),
  ): Promise<SignalingWorld> {
    const away = () => ({ status: 503 });
    const peers = [await FakePeer.start(away), await FakePeer.start(away)] as const;
    const world = new SignalingWorld(await RedisServer.start(), ...peers, await FakeCredits.start());
    world.letPeersAnswer();
    const extra = { ...given, ...prepare(world.secrets) };
    world.first = await world.start('signaling-1', extra);
    world.second = await world.start('signaling-2', extra);
    return world;
  }

  letPeersAnswer(): void {
    this.auth.answer = (_, body) => {
      const { sessionIds } = SessionsCheck.parse(body);
      return { status: 200, body: { standing: sessionIds.filter((id) => !this.endedSessions.has(id)) } };
    };
    this.gateway.answer = (_, body) => {
      const { conversationId } = ConversationMembers.parse(body);
      return { status: 200, body: { members: this.members.get(conversationId) ?? [] } };
    };
  }

  start(replicaId: string, extra: Record<string, string> = {}): Promise<RunningService> {
    const { storeFile, secrets } = this;
    const urls = {
      AUTH_INTERNAL_URL: this.auth.url,
      MESSAGING_INTERNAL_URL: this.gateway.url,
      CREDITS_INTERNAL_URL: this.credits.peer.url,
    };
    const environment = serviceEnvironment({
      storeFile,
      redisUrl: this.redis.url,
      secrets,
      replicaId,
      extra: { ...urls, MEMBERS_REMEMBERED_MS: '0', UNKNOWN_REMEMBERED_MS: '0', TALLY_INTERVAL_MS: '50', ...extra },
    });
    return startService(signalingService, environment);
  }

  /** What credits' sweeper asks. */
  async callsExist(callIds: readonly string[]): Promise<readonly string[]> {
    const response = await fetch(`${this.second.internalUrl}/internal/calls/exist`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: this.secrets.authorization('credits') },
      body: JSON.stringify({ callIds }),
    });
    return CallsExistAnswer.parse(await response.json()).existing;
  }

  /** Rows of calls, and of what credits still have to be told. */
  storedCalls(): { readonly calls: number; readonly outbox: number } {
    return this.#withStore((database) => ({
      calls: database.prepare<[], number>('SELECT count(*) FROM open_call').pluck().get()!,
      outbox: database.prepare<[], number>('SELECT count(*) FROM outbox').pluck().get()!,
    }));
  }

  /** Nobody is in any call, as if all of them had been over for long. */
  async clearCalls(): Promise<void> {
    this.#withStore((database) => database.exec('DELETE FROM open_call'));
    await this.forgetRedis();
  }

  async forgetRedis(): Promise<void> {
    const redis = new Redis(this.redis.url);
    const keys = await redis.keys('call:*');
    if (keys.length > 0) await redis.del(keys);
    redis.disconnect();
  }

  #withStore<T>(use: (database: Sqlite.Database) => T): T {
    const database = new Sqlite(this.storeFile, { timeout: 5_000 });
    try {
      return use(database);
    } finally {
      database.close();
    }
  }

  disconnectAll(): void {
    for (const socket of this.sockets.splice(0)) socket.disconnect();
  }

  async close(): Promise<void> {
    this.disconnectAll();
    await Promise.all([this.first.stop(), this.second.stop()]);
    for (const peer of [this.auth, this.gateway, this.credits.peer]) await peer.stop();
    await this.redis.stop();
    this.secrets.remove();
    this.folder.remove();
  }

  /** A socket on its way in. */
  async connect(
    replica: RunningService,
    userId: UserId,
    deviceId: DeviceId | null,
    given: Connecting = {},
  ): Promise<Socket> {
    const sessionId = given.sessionId ?? randomBytes(16).toString('hex');
    const { lifetimeSeconds } = given;
    const claims = { userId, deviceId, sessionId, ...(lifetimeSeconds === undefined ? {} : { lifetimeSeconds }) };
    const socket = io(replica.publicUrl, {
      path: '/socket/signaling',
      transports: ['websocket'],
      auth: given.auth ?? { v: 1 },
      extraHeaders: {
        origin: TEST_ORIGIN,
        cookie: `sc-access=${await this.secrets.accessToken(claims)}`,
        ...given.headers,
      },
      reconnection: false,
      forceNew: true,
    });
    this.sockets.push(socket);
    return socket;
  }

  /** A socket that was welcomed: it can be rung from every replica. */
  async welcomed(
    replica: RunningService,
    userId: UserId,
    deviceId: DeviceId | null,
    given: Connecting = {},
  ): Promise<Socket> {
    const socket = await this.connect(replica, userId, deviceId, given);
    await heard(socket, 'session:welcome');
    return socket;
  }
}

export async function send(socket: Socket, body: unknown): Promise<SendSignalOutcome> {
  return SendSignalOutcome.parse(await socket.timeout(5_000).emitWithAck('signal:send', body));
}

/** The next event of a name. */
export function heard(socket: Socket, event: string, withinMs = 5_000): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no ${event} within ${String(withinMs)} ms`));
    }, withinMs);
    socket.once(event, (value: unknown) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}

/** The next signal, checked against its schema. */
export async function signalOn(socket: Socket): Promise<SignalArrived> {
  return SignalArrived.parse(await heard(socket, 'signal:arrived'));
}

/** Everything that a socket is sent, for the claim that it was sent nothing. */
export function recordSignals(socket: Socket): unknown[] {
  const signals: unknown[] = [];
  socket.on('signal:arrived', (signal: unknown) => signals.push(signal));
  return signals;
}
