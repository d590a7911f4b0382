import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MESSAGING_SOCKET_PATH, SIGNALING_SOCKET_PATH, type Endpoints } from '@secureconnect/client/deps';
import type { Place } from '../people/person.js';
import { SocketSide, type SocketPlace } from './socket-side.js';
import type { HttpAnswer, HttpRequestSeen, Tamper } from './tamper.js';

/** What mallory can stand in front of: a world, or whatever else serves the wire. */
export interface Attackable {
  readonly stack: { readonly origin: string };
  endpoints(gateway: 1 | 2): Endpoints;
  /** Runs when everybody is closed. */
  atEnd(end: () => Promise<void>): void;
}

/**
 * The server's side of an attack: a proxy between one person and the real services, for HTTP and for both sockets. It can
 * do whatever the operator of all services could. Nothing changes until `tamper` is set.
 */
export class Mallory {
  /** Every HTTP request, in order. */
  readonly requests: HttpRequestSeen[] = [];
  /** Every byte that a client sent: HTTP bodies and socket frames. */
  readonly heard: Buffer[] = [];
  tamper: Tamper = {};
  readonly sockets: SocketSide;
  /** The socket of calls; `tamper` is asked for what passes here too. */
  readonly signaling: SocketSide;
  readonly #http: Server;
  readonly #upstream: Endpoints;
  readonly #origin: string;

  private constructor(http: Server, upstream: Endpoints, origin: string) {
    this.#http = http;
    this.#upstream = upstream;
    this.#origin = origin;
    const side = (place: SocketPlace) =>
      new SocketSide(
        http,
        place,
        () => this.tamper,
        (name, bodies) => this.heard.push(Buffer.from(name), ...bodies.flatMap(bytesIn)),
      );
    this.sockets = side({ url: upstream.messagingSocket, path: MESSAGING_SOCKET_PATH });
    this.signaling = side({ url: upstream.signalingSocket, path: SIGNALING_SOCKET_PATH });
  }

  /** Stands in front of a gateway and everything else of the world, until the world closes everybody. */
  static async before(world: Attackable, gateway: 1 | 2 = 1): Promise<Mallory> {
    const http = createServer((request, response) => {
      void mallory.#handle(request, response);
    });
    const mallory = new Mallory(http, world.endpoints(gateway), world.stack.origin);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    world.atEnd(() => mallory.#close());
    return mallory;
  }

  /** Where a person connects to walk into her hands. */
  get place(): Place {
    const url = `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
    return {
      origin: this.#origin,
      endpoints: {
        auth: `${url}/api/auth`,
        credits: `${url}/api/credits`,
        admin: `${url}/api/admin`,
        messagingSocket: url,
        signalingSocket: url,
      },
    };
  }

  /** Bodies of the requests to a route (`POST auth/login`). */
  bodiesOf(route: string): unknown[] {
    return this.requests.filter((request) => `${request.method} ${request.route}` === route).map(({ body }) => body);
  }

  async #close(): Promise<void> {
    await this.sockets.close();
    await this.signaling.close();
    this.#http.closeAllConnections();
    this.#http.close();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    if (!path.startsWith('/api/')) return;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    this.heard.push(Buffer.from(path), bytes, Buffer.from(request.headers.cookie ?? ''));
    const seen: HttpRequestSeen = {
      method: request.method ?? 'GET',
      route: path.slice('/api/'.length),
      body: bytes.length > 0 ? (JSON.parse(bytes.toString()) as unknown) : undefined,
    };
    this.requests.push(seen);
    const cookies: string[] = [];
    const instead = await this.tamper.instead?.(seen);
    let answer = instead ?? (await this.#ask(request, path, bytes, cookies));
    if (instead === undefined && this.tamper.answer) answer = await this.tamper.answer(seen, answer);
    response.writeHead(answer.status, { 'content-type': 'application/json', 'set-cookie': cookies });
    response.end(answer.body instanceof Uint8Array ? answer.body : JSON.stringify(answer.body));
  }

  async #ask(request: IncomingMessage, path: string, bytes: Buffer, cookies: string[]): Promise<HttpAnswer> {
    const service = path.split('/')[2] as 'auth' | 'credits' | 'admin';
    const { cookie = '', origin = '' } = request.headers;
    const answer = await fetch(`${new URL(this.#upstream[service]).origin}${path}`, {
      method: request.method ?? 'GET',
      headers: { cookie, origin, ...(bytes.length > 0 && { 'content-type': 'application/json' }) },
      ...(bytes.length > 0 && { body: new Uint8Array(bytes) }),
    });
    cookies.push(...answer.headers.getSetCookie());
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  }
}

function bytesIn(value: unknown): Buffer[] {
  if (value instanceof Uint8Array) return [Buffer.from(value)];
  if (typeof value === 'string') return [Buffer.from(value)];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(bytesIn);
  return [];
}
