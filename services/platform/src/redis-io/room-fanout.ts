import { createShardedAdapter } from '@socket.io/redis-adapter';
import type { Redis } from 'ioredis';
import type { RedisLink } from './redis-link.js';

/** The longest that a socket waits for its room to be heard across replicas. */
const ROOM_READY_TIMEOUT_MS = 1_000;
/** The longest that somebody waits for the number of replicas with a room. */
const COUNT_TIMEOUT_MS = 500;

/**
 * The sharded Socket.IO adapter on a {@link RedisLink}, made safe against outages: a publish neither waits nor fails (local
 * sockets get the event anyway), and one can wait until a room's channel is really subscribed.
 */
export class RoomFanout {
  readonly #link: RedisLink;
  readonly #channelPrefix: string;
  readonly #subscribing = new Map<string, Promise<void>>();

  /** @param channelPrefix - the service's name: two services on one Redis must not hear each other's rooms */
  constructor(link: RedisLink, channelPrefix: string) {
    this.#link = link;
    this.#channelPrefix = channelPrefix;
  }

  /** Adapter constructor for `server.adapter(...)`. `dynamic`: one channel a room; `static`: one channel for all. */
  adapter(subscriptionMode: 'dynamic' | 'static'): ReturnType<typeof createShardedAdapter> {
    const { commands, subscriptions } = this.#link;
    /** How packets of this adapter begin: once known, our own are dropped unread when Redis brings them back. */
    let own: Buffer | null = null;
    // The adapter awaits a publish before it tells the local sockets; an answer that is there at once keeps Redis out of that path.
    const publisher = {
      spublish: (channel: string, payload: string | Buffer) => {
        own ??= senderOf(payload);
        commands.spublish(channel, payload).catch(() => undefined);
        return Promise.resolve(0);
      },
      send_command: (command: string, parameters: string[], done: (error: Error | null, answer?: unknown) => void) => {
        commands.call(command, ...parameters).then(
          (answer) => {
            done(null, answer);
          },
          (error: unknown) => {
            done(error as Error);
          },
        );
      },
    };
    const subscriber = {
      on: (event: string, listener: (...values: unknown[]) => void) => {
        if (event !== 'smessageBuffer') return subscriptions.on(event, listener);
        return subscriptions.on(event, (channel: Buffer, payload: Buffer) => {
          if (own === null || !payload.subarray(0, own.length).equals(own)) listener(channel, payload);
        });
      },
      ssubscribe: (channel: string) => {
        this.#track(channel, subscriptions);
      },
      sunsubscribe: (channel: string) => {
        this.#subscribing.delete(channel);
        subscriptions.sunsubscribe(channel).catch(() => undefined);
      },
    };
    return createShardedAdapter(publisher, subscriber, { subscriptionMode, channelPrefix: this.#channelPrefix });
  }

  /**
   * Resolves once other replicas' events for `room` arrive here (mode `dynamic`), at once while Redis is away, and in any case
   * within a second. Await it after `socket.join(room)` and before the first answer that says "this is all up to now".
   */
  async roomReady(room: string): Promise<void> {
    const pending = this.#subscribing.get(this.#channelOf(room));
    if (pending === undefined || !this.#link.isReady) return;
    await within(ROOM_READY_TIMEOUT_MS, pending);
  }

  /**
   * How many replicas have sockets in `room` (mode `dynamic`), this one among them: those that hear the room's channel.
   * @returns null while Redis is away or does not answer soon
   */
  async replicasWith(room: string): Promise<number | null> {
    if (!this.#link.isReady) return null;
    const asked = this.#link.commands.call('PUBSUB', 'SHARDNUMSUB', this.#channelOf(room)).then(
      (answer) => (Array.isArray(answer) ? Number(answer[1]) : null),
      () => null,
    );
    return (await within(COUNT_TIMEOUT_MS, asked)) ?? null;
  }

  /** The adapter's name for the channel of a room of namespace `/`. */
  #channelOf(room: string): string {
    return `${this.#channelPrefix}#/#${room}#`;
  }

  #track(channel: string, subscriptions: Redis): void {
    const pending = subscriptions.ssubscribe(channel).then(
      () => undefined,
      () => undefined,
    );
    this.#subscribing.set(channel, pending);
    void pending.then(() => {
      if (this.#subscribing.get(channel) === pending) this.#subscribing.delete(channel);
    });
  }
}

/** MessagePack: a map of four whose first key is "uid", and then a short text. */
const UID_FIRST = Buffer.from([0x84, 0xa3, 0x75, 0x69, 0x64]);
const SHORT_TEXT = 0xa0;
const SHORT_TEXT_MAX_BYTES = 31;

/** The first bytes of a binary packet, up to the end of the adapter's uid; null for any other packet. */
function senderOf(payload: string | Buffer): Buffer | null {
  if (typeof payload === 'string' || !payload.subarray(0, UID_FIRST.length).equals(UID_FIRST)) return null;
  const length = (payload[UID_FIRST.length] ?? 0) - SHORT_TEXT;
  if (length < 1 || length > SHORT_TEXT_MAX_BYTES) return null;
  return Buffer.from(payload.subarray(0, UID_FIRST.length + 1 + length));
}

/** What `pending` comes to, or undefined after `timeoutMs`. */
async function within<T>(timeoutMs: number, pending: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, timeoutMs);
  });
  try {
    return await Promise.race([pending, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
