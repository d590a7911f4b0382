import type { IncomingMessage } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { SESSION_ENDED_CHANNEL } from '@secureconnect/contracts/internal';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { MessageMappingProperties } from '@nestjs/websockets';
import type { Server, ServerOptions, Socket } from 'socket.io';
import type { Metrics } from '../metrics/metrics.js';
import { refusal } from '../problem/violation.js';
import { cutTheDeaf } from './connection-bounds.js';
import { gatherWrites } from './gathered-writes.js';
import {
  admitRequest,
  authenticateSocket,
  endAtExpiry,
  endHintedSockets,
  endSocket,
  type HandshakeRules,
} from './handshake.js';
import { packetParser } from './packet-parser.js';
import type { RedisLink } from './redis-link.js';
import type { RoomFanout } from './room-fanout.js';
import { SessionRecheck } from './session-recheck.js';

/** What a service says about its sockets in its definition. */
export interface SocketOptions {
  /** Engine path, e.g. `/socket/messaging`. */
  readonly path: string;
  /** Largest frame in bytes; LIMITS.socketFrameMaxBytes unless said otherwise. */
  readonly maxFrameBytes?: number;
  /** `dynamic` (default): a replica hears only the rooms of its own sockets. `static`: every replica hears all. */
  readonly rooms?: 'dynamic' | 'static';
  /** How often the sessions of standing sockets are checked again; 30,000 ms unless said otherwise. */
  readonly recheckSessionsMs?: number;
}

const RECHECK_SESSIONS_MS = 30_000;

type Acknowledge = (outcome: unknown) => void;

/** A command that nobody handles is refused as well: its acknowledgement would be waited for in vain. */
function refuseUnknown(socket: Socket): void {
  socket.onAny((name: string, ...sent: unknown[]) => {
    const last = sent.at(-1);
    if (typeof last === 'function' && socket.listenerCount(name) === 0) (last as Acknowledge)(refusal('not-found'));
  });
}

/** Nest's Socket.IO adapter with our handshake, bounds, fan-out and endings. One server, namespace `/`, on the public port. */
export class CallerSocketAdapter extends IoAdapter {
  #server: Server | undefined;
  #recheck: SessionRecheck | undefined;
  #isDraining = false;

  constructor(
    application: INestApplicationContext,
    private readonly options: SocketOptions,
    private readonly rules: HandshakeRules,
    private readonly link: RedisLink,
    private readonly fanout: RoomFanout,
    private readonly metrics: Metrics,
  ) {
    super(application);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const server = super.createIOServer(port, {
      ...options,
      path: this.options.path,
      serveClient: false,
      transports: ['websocket', 'polling'],
      parser: packetParser,
      maxHttpBufferSize: this.options.maxFrameBytes ?? LIMITS.socketFrameMaxBytes,
      perMessageDeflate: false,
      httpCompression: false,
      cors: undefined,
      connectTimeout: 10_000,
      pingInterval: 20_000,
      pingTimeout: 20_000,
      allowRequest: (request: IncomingMessage, answer: (error: null, admitted: boolean) => void) => {
        answer(null, admitRequest(this.rules, request));
      },
    } as unknown as ServerOptions);
    server.adapter(this.fanout.adapter(this.options.rooms ?? 'dynamic'));
    server.use(authenticateSocket(this.rules));
    server.on('connection', endAtExpiry);
    server.on('connection', refuseUnknown);
    gatherWrites(server);
    const deaf = this.metrics.counter('sockets_cut_unread', 'Connections cut because their client did not read');
    cutTheDeaf(server, () => {
      deaf.inc();
    });
    this.link.subscribe(SESSION_ENDED_CHANNEL, (message) => {
      endHintedSockets(server, message);
    });
    this.metrics.gauge('sockets_connected', 'Sockets connected to this replica', [], () => this.connected);
    this.#server = server;
    this.#startRecheck(server);
    return server;
  }

  /** Sockets that stand. */
  get connected(): number {
    return this.#server?.of('/').sockets.size ?? 0;
  }

  #startRecheck(server: Server): void {
    const { check, log } = this.rules;
    if (check === null) return;
    const intervalMs = this.options.recheckSessionsMs ?? RECHECK_SESSIONS_MS;
    this.#recheck = new SessionRecheck(check, () => server.of('/').sockets.values(), intervalMs, log);
    this.#recheck.start();
  }

  /**
   * One listener an event: acknowledges with what the handler returns. Nest's own goes through observables, which handlers
   * here do not use. Thrown things were answered by ProblemFilter before they get here (see `@CallerGateway()`).
   */
  override bindMessageHandlers(socket: Socket, handlers: MessageMappingProperties[]): void {
    for (const { message, callback } of handlers) {
      const handle = callback as (body: unknown, acknowledge: Acknowledge | undefined) => Promise<unknown>;
      socket.on(String(message), (...sent: unknown[]) => {
        const last = sent.at(-1);
        const acknowledge = typeof last === 'function' ? (last as Acknowledge) : undefined;
        if (acknowledge !== undefined) sent.pop();
        if (this.#isDraining) {
          acknowledge?.(refusal('unavailable', { retryAfterSeconds: 1 }));
          return;
        }
        handle(sent.length > 1 ? sent : sent[0], acknowledge).then(
          (outcome) => {
            if (outcome !== undefined) acknowledge?.(outcome);
          },
          (error: unknown) => {
            this.rules.log.error('socket.handler-failed', error);
          },
        );
      });
    }
  }

  /** From now on commands are refused, so that those that were taken come to an end. Events still go out. */
  refuseCommands(): void {
    this.#isDraining = true;
    this.#recheck?.stop();
  }

  /** Tells every socket of this replica that it goes, and lets go of it. */
  endAll(): void {
    for (const socket of this.#server?.of('/').sockets.values() ?? []) endSocket(socket, 'shutdown');
  }
}
