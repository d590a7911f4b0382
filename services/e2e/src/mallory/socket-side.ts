import type { Server as HttpServer } from 'node:http';
import { packetParser } from '@secureconnect/client/socket/packet-parser';
import { Server, type Socket } from 'socket.io';
import { io, type Socket as ClientSocket } from 'socket.io-client';
import type { Tamper } from './tamper.js';

const ANSWER_TIMEOUT_MS = 15_000;

type Acknowledge = (answer: unknown) => void;

/** Where a socket of the messenger leads. */
export interface SocketPlace {
  readonly url: string;
  readonly path: string;
}

/** Stands between a messenger's socket and a real gateway. */
export class SocketSide {
  readonly #io: Server;
  readonly #gateway: SocketPlace;
  readonly #tamper: () => Tamper;
  readonly #seen: (what: string, bodies: readonly unknown[]) => void;
  readonly #upstream = new Map<Socket, ClientSocket>();

  constructor(
    http: HttpServer,
    gateway: SocketPlace,
    tamper: () => Tamper,
    seen: (what: string, bodies: readonly unknown[]) => void,
  ) {
    this.#gateway = gateway;
    this.#tamper = tamper;
    this.#seen = seen;
    this.#io = new Server(http, {
      path: gateway.path,
      maxHttpBufferSize: 1e8,
      parser: packetParser,
      // the other socket is served at the same port
      destroyUpgrade: false,
    });
    this.#io.use((socket, next) => {
      this.#connectUpstream(socket).then(
        () => next(),
        (error: unknown) => next(error as Error),
      );
    });
    this.#io.on('connection', (socket) => this.#relay(socket));
  }

  /** How many are connected. */
  get connections(): number {
    return this.#io.sockets.sockets.size;
  }

  /** Sends an event of mallory's own making to every connected client. */
  emit(name: string, ...bodies: unknown[]): void {
    this.#io.emit(name, ...bodies);
  }

  /** Asks the gateway something in the name of whoever is connected. */
  async ask(name: string, body: unknown): Promise<unknown> {
    const [upstream] = this.#upstream.values();
    if (upstream === undefined) throw new Error('nobody is connected');
    return upstream.timeout(ANSWER_TIMEOUT_MS).emitWithAck(name, body) as Promise<unknown>;
  }

  /** Cuts every connection; the clients come back. */
  cut(): void {
    this.#io.disconnectSockets(true);
  }

  async close(): Promise<void> {
    for (const upstream of this.#upstream.values()) upstream.disconnect();
    await this.#io.close();
  }

  #connectUpstream(socket: Socket): Promise<void> {
    const { headers, auth, query } = socket.handshake;
    const upstream = io(this.#gateway.url, {
      path: this.#gateway.path,
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      autoConnect: false,
      parser: packetParser,
      auth,
      query: { k: String(query.k) },
      extraHeaders: { cookie: headers.cookie ?? '', origin: headers.origin ?? '' },
    });
    const early: [string, unknown[]][] = [];
    upstream.onAny((name: string, ...bodies: unknown[]) => early.push([name, bodies]));
    return new Promise((resolve, reject) => {
      upstream.on('connect_error', reject);
      upstream.on('connect', () => {
        upstream.off('connect_error');
        this.#upstream.set(socket, upstream);
        socket.data = early;
        resolve();
      });
      upstream.connect();
    });
  }

  #relay(socket: Socket): void {
    const upstream = this.#upstream.get(socket)!;
    const emit = (name: string, ...bodies: unknown[]) => void socket.emit(name, ...bodies);
    const arrived = (name: string, ...bodies: unknown[]) => {
      const tamper = this.#tamper();
      if (tamper.event) tamper.event(name, bodies[0] as never, emit);
      else emit(name, ...bodies);
    };
    upstream.offAny();
    upstream.onAny(arrived);
    for (const [name, bodies] of socket.data as [string, unknown[]][]) arrived(name, ...bodies);
    upstream.on('disconnect', () => void socket.disconnect(true));
    socket.on('disconnect', () => {
      this.#upstream.delete(socket);
      upstream.disconnect();
    });
    socket.onAny((name: string, body: unknown, acknowledge: Acknowledge) => {
      this.#seen(name, [body]);
      const forward = (changed: unknown) =>
        upstream.timeout(ANSWER_TIMEOUT_MS).emitWithAck(name, changed) as Promise<unknown>;
      const answering = Promise.resolve(this.#tamper().command?.(name, body as never, forward) ?? forward(body));
      // No answer is an answer too: the client's own timeout tells.
      answering.then(acknowledge, () => undefined);
    });
  }
}
