import { Redis } from 'ioredis';
import type { EventLog } from '../logging/event-log.js';

/** A Redis that does not answer anything for so long is taken for gone: the connection is broken, what waits fails. */
const SILENCE_MAX_MS = 2_000;
const CONNECT_TIMEOUT_MS = 2_000;

/**
 * A connection that takes up its channels again after an outage, and may be closed while it does: ioredis listens to none of
 * those promises, and a rejection that nobody hears ends a Node process. Whoever asked for a command still gets its rejection.
 */
class SubscriberConnection extends Redis {
  override sendCommand(...command: Parameters<Redis['sendCommand']>): unknown {
    const answer = super.sendCommand(...command);
    if (answer instanceof Promise) answer.catch(() => undefined);
    return answer;
  }
}

/**
 * The process's two Redis connections: `commands` fails at once while Redis is away (no queue), `subscriptions` comes back by
 * itself with all its channels. Redis may vanish at any moment; nothing that must last goes through it.
 */
export class RedisLink {
  /** For commands. Every call may reject at any time: catch it, and do without. */
  readonly commands: Redis;
  /** For subscriptions only. */
  readonly subscriptions: Redis;

  readonly #log: EventLog;
  readonly #handlers = new Map<string, (message: string) => void>();
  readonly #restored: (() => void)[] = [];
  #wasAway = false;
  #closed = false;

  constructor(url: string, log: EventLog) {
    this.#log = log;
    const common = {
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_MAX_MS,
      keepAlive: 10_000,
      retryStrategy: (attempt: number) => Math.min(50 * attempt, 500) + Math.floor(Math.random() * 50),
    };
    this.commands = new Redis(url, {
      ...common,
      enableOfflineQueue: false,
      enableAutoPipelining: true,
      maxRetriesPerRequest: 0,
    });
    // A subscriber cannot answer the ready check's INFO once it is subscribed.
    this.subscriptions = new SubscriberConnection(url, {
      ...common,
      enableReadyCheck: false,
      maxRetriesPerRequest: null,
    });
    this.commands.on('ready', () => {
      this.#reviewState();
    });
    this.subscriptions.on('ready', () => {
      this.#reviewState();
    });
    this.commands.on('close', () => {
      this.#noteAway();
    });
    this.subscriptions.on('close', () => {
      this.#noteAway();
    });
    // ioredis throws an 'error' event nobody listens to; the 'close' that follows is what counts.
    this.commands.on('error', () => undefined);
    this.subscriptions.on('error', () => undefined);
    this.subscriptions.on('message', (channel: string, message: string) => this.#handlers.get(channel)?.(message));
  }

  /** Whether both connections stand. */
  get isReady(): boolean {
    return this.commands.status === 'ready' && this.subscriptions.status === 'ready';
  }

  /** Resolves when both connections stand, or after `timeoutMs`; says which. A service starts either way. */
  async settled(timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while (!this.isReady && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    return this.isReady;
  }

  /** Publishes a hint and forgets it: never throws, never waits; lost while Redis is away. */
  publish(channel: string, message: string): void {
    this.commands.publish(channel, message).catch(() => undefined);
  }

  /** Hears a channel, now and after every outage. One handler a channel. */
  subscribe(channel: string, handler: (message: string) => void): void {
    this.#handlers.set(channel, handler);
    this.subscriptions.subscribe(channel).catch(() => undefined);
  }

  /** Calls `hook` every time that Redis is back after an outage, its subscriptions made anew. */
  onRestored(hook: () => void): void {
    this.#restored.push(hook);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.commands.disconnect();
    this.subscriptions.disconnect();
  }

  #noteAway(): void {
    if (this.#closed || this.#wasAway) return;
    this.#wasAway = true;
    this.#log.warn('redis.away');
  }

  #reviewState(): void {
    if (!this.isReady || !this.#wasAway) return;
    this.#wasAway = false;
    // ioredis sends the subscriptions anew before 'ready' is over; a round trip on that connection comes after them.
    this.subscriptions
      .ping()
      .catch(() => undefined)
      .finally(() => {
        this.#log.info('redis.restored');
        for (const hook of this.#restored) hook();
      });
  }
}
