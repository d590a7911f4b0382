import { toHex } from '@secureconnect/contracts/encoding';
import { PROTOCOL_VERSION } from '@secureconnect/contracts/limits';
import type { SessionEnded, SessionWelcome } from '@secureconnect/contracts/messaging';
import { SocketRefusal } from '@secureconnect/contracts/problem';
import { io, type Socket } from 'socket.io-client';
import type * as z from 'zod';
import type { MessengerDeps } from '../deps.js';
import type { EventHub } from '../event-hub.js';
import type { Connection as ConnectionState } from '../messenger.js';
import { asRefusal, Refusal } from '../refusal.js';
import { backoffMs } from './backoff.js';
import { packetParser } from './packet-parser.js';
import { plainBytes } from './wire-bytes.js';

const ANSWER_TIMEOUT_MS = 15_000;
const WELCOME_TIMEOUT_MS = 10_000;
/** A connection that stood this long was a good one: the next wait is a short one again. */
const STABLE_MS = 5_000;

/** One socket's side of the contracts. */
export interface Wire {
  /** Origin of the socket, without its path. */
  readonly origin: string;
  readonly path: string;
  /** Schema of every event that the server may send; `session:welcome` and `session:ended` are among them. */
  readonly events: Readonly<Record<string, z.ZodType>>;
  /** Schema of the answer to every command: `ok` true or a refusal. */
  readonly answers: Readonly<Record<string, z.ZodType<{ readonly ok: true } | SocketRefusal>>>;
}

export interface LiveSocketHost {
  /** Makes sure that the access cookie is good for a handshake. @throws Refusal; one that ends the session also ends the loop */
  admit(renew: boolean): Promise<void>;
  /** Whether a session stands at all. */
  signedIn(): boolean;
  /** Runs at every connection. */
  connected(): void;
  /** The server says why it is about to cut the connection; whether the session is over, a refresh tells. */
  ending(reason: SessionEnded['reason']): void;
  /** Every other event, parsed. */
  arrived(name: string, body: unknown): void;
  became(state: ConnectionState): void;
}

/**
 * A socket to one service: WebSocket first, long polling as fallback; keeps coming back with jittered waits and fresh cookies. Everything
 * that arrives is parsed; what is no known event raises an alarm and goes nowhere (THREATS 57, 59).
 */
export class LiveSocket {
  readonly #deps: MessengerDeps;
  readonly #events: EventHub;
  readonly #wire: Wire;
  readonly #host: LiveSocketHost;
  readonly #sticky: string;
  #state: ConnectionState = { state: 'offline', retryAtMs: null };
  #socket: Socket | null = null;
  #running: AbortController | null = null;
  #wake = new AbortController();
  #count = 0;

  constructor(deps: MessengerDeps, events: EventHub, wire: Wire, host: LiveSocketHost) {
    this.#deps = deps;
    this.#events = events;
    this.#wire = wire;
    this.#host = host;
    this.#sticky = toHex(deps.random(8));
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** How often there was a connection. */
  get count(): number {
    return this.#count;
  }

  get isConnected(): boolean {
    return this.#state.state === 'connected';
  }

  start(): void {
    if (this.#running !== null) return;
    this.#running = new AbortController();
    void this.#loop(this.#running.signal);
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#wake.abort();
    this.#drop();
    this.#become({ state: 'offline', retryAtMs: null });
  }

  /** The network seems to be back: does not wait any longer. */
  wake(): void {
    this.#wake.abort();
  }

  /**
   * Sends a command and gives its good answer.
   * @throws Refusal the server's code; `offline` where there is no connection or no answer in time: the command may have been
   *   carried out all the same, and may be repeated safely
   */
  protected async ask(name: string, body: unknown): Promise<{ readonly ok: true }> {
    const socket = this.#socket;
    const schema = this.#wire.answers[name];
    if (socket === null || schema === undefined || !this.isConnected) throw new Refusal('offline');
    let raw: unknown;
    try {
      raw = await (socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck(name, body) as Promise<unknown>);
    } catch {
      throw new Refusal('offline');
    }
    const parsed = schema.safeParse(plainBytes(raw));
    if (!parsed.success) {
      this.#events.alarm('server-answer-refused');
      throw new Refusal('server-answer-refused');
    }
    if (!parsed.data.ok) throw new Refusal(parsed.data.code, parsed.data.retryAfterSeconds);
    return parsed.data;
  }

  async #loop(stopped: AbortSignal): Promise<void> {
    let attempt = 0;
    let renew = false;
    const isStopped = () => stopped.aborted;
    while (!isStopped()) {
      this.#become({ state: 'connecting' });
      const startedAtMs = this.#deps.clock.nowMs();
      const end = await this.#connectOnce(renew, stopped);
      if (isStopped() || !this.#host.signedIn()) break;
      renew = end === 'renew';
      if (this.#deps.clock.nowMs() - startedAtMs > STABLE_MS) attempt = 0;
      const waitMs = renew && attempt === 0 ? 0 : backoffMs(attempt, this.#fraction());
      attempt++;
      if (waitMs === 0) continue;
      this.#become({ state: 'offline', retryAtMs: this.#deps.clock.nowMs() + waitMs });
      this.#wake = new AbortController();
      await this.#deps.clock.sleep(waitMs, AbortSignal.any([stopped, this.#wake.signal]));
    }
    if (!isStopped()) this.stop();
  }

  /** One connection from handshake to end. `renew`: the access token is the reason why it ended. */
  async #connectOnce(renew: boolean, stopped: AbortSignal): Promise<'renew' | 'lost'> {
    try {
      await this.#host.admit(renew);
    } catch (error) {
      asRefusal(error);
      return 'lost';
    }
    if (stopped.aborted) return 'lost';
    const socket = io(this.#wire.origin, {
      path: this.#wire.path,
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      withCredentials: true,
      forceNew: true,
      reconnection: false,
      autoConnect: false,
      query: { k: this.#sticky },
      auth: { v: PROTOCOL_VERSION },
      parser: packetParser,
      ...this.#deps.socketOptions?.(),
    });
    this.#socket = socket;
    const end = await this.#live(socket, stopped);
    if (this.#socket === socket) this.#drop();
    return end;
  }

  #live(socket: Socket, stopped: AbortSignal): Promise<'renew' | 'lost'> {
    return new Promise((resolve) => {
      let ended: 'renew' | 'lost' = 'lost';
      const finish = (end: 'renew' | 'lost') => {
        clearTimeout(welcomeTimer);
        stopped.removeEventListener('abort', stop);
        socket.offAny();
        socket.disconnect();
        resolve(end);
      };
      const stop = () => finish('lost');
      const welcomeTimer = setTimeout(stop, WELCOME_TIMEOUT_MS);
      stopped.addEventListener('abort', stop);
      socket.on('connect_error', (error: Error & { data?: unknown }) => {
        const refusal = SocketRefusal.safeParse(error.data);
        finish(refusal.success && isAboutTheSession(refusal.data.code) ? 'renew' : 'lost');
      });
      socket.on('disconnect', () => finish(ended));
      socket.onAny((name: string, ...bodies: unknown[]) => {
        const body = this.#read(name, bodies);
        if (body === null) return;
        if (name === 'session:ended') {
          const { reason } = body as SessionEnded;
          ended = reason === 'shutdown' ? 'lost' : 'renew';
          this.#host.ending(reason);
        } else if (name === 'session:welcome') {
          clearTimeout(welcomeTimer);
          this.#count++;
          this.#become({ state: 'connected', replicaId: (body as SessionWelcome).replicaId });
          this.#host.connected();
        } else this.#host.arrived(name, body);
      });
      socket.connect();
    });
  }

  #read(name: string, bodies: readonly unknown[]): unknown {
    const { events } = this.#wire;
    if (Object.hasOwn(events, name) && bodies.length === 1) {
      const parsed = events[name]!.safeParse(plainBytes(bodies[0]));
      if (parsed.success) return parsed.data;
    }
    this.#events.alarm('server-answer-refused');
    return null;
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.disconnect();
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.#host.became(state);
  }

  #fraction(): number {
    return new DataView(this.#deps.random(4).buffer).getUint32(0) / 2 ** 32;
  }
}

function isAboutTheSession(code: SocketRefusal['code']): boolean {
  return (
    code === 'unauthenticated' || code === 'session-ended' || code === 'device-unbound' || code === 'account-banned'
  );
}
