import { setImmediate } from 'node:timers/promises';
import type { ServiceConfig } from '@secureconnect/platform/config/service-config';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { MessagingEnvironment } from '../settings.js';
import type { MessagingSocket } from '../delivery/fanout.js';
import { Budget } from '@secureconnect/platform/throttle/budget';

/** Each kind of request has a budget of its own: who types cannot run out of messages. */
export type Budgeted = 'sends' | 'commands' | 'ephemerals' | 'presence' | 'groupChanges';

interface Connection {
  readonly sends: Budget;
  readonly commands: Budget;
  readonly ephemerals: Budget;
  readonly presence: Budget;
  readonly groupChanges: Budget;
  /** Resolves when events of other replicas reach this socket. */
  readonly heard: Promise<void>;
  /** Resolves when the pages that were asked for so far are read. */
  pages: Promise<void>;
}

/** What the gateway remembers of each socket. */
export class Connections {
  readonly #connections = new WeakMap<object, Connection>();

  constructor(private readonly config: ServiceConfig<MessagingEnvironment>) {}

  add(socket: MessagingSocket, heard: Promise<void>): void {
    const { env, throttleScale } = this.config;
    const budget = (burst: number, perSecond: number) => new Budget(burst * throttleScale, perSecond * throttleScale);
    this.#connections.set(socket, {
      heard,
      pages: Promise.resolve(),
      sends: budget(env.SEND_BURST, env.SENDS_PER_SECOND),
      commands: budget(env.COMMAND_BURST, env.COMMANDS_PER_SECOND),
      ephemerals: budget(env.EPHEMERAL_BURST, env.EPHEMERALS_PER_SECOND),
      presence: budget(env.PRESENCE_BURST, env.PRESENCES_PER_SECOND),
      groupChanges: budget(env.GROUP_CHANGE_BURST, env.GROUP_CHANGES_PER_SECOND),
    });
  }

  /** @throws Violation `throttled` when this socket asks too much */
  spend(socket: MessagingSocket, what: Budgeted): void {
    const retryAfterSeconds = this.#of(socket)[what].take();
    if (retryAfterSeconds > 0) throw new Violation('throttled', { retryAfterSeconds });
  }

  /** Await it before an answer that says "this is all up to now". */
  heard(socket: MessagingSocket): Promise<void> {
    return this.#of(socket).heard;
  }

  /**
   * Reads a page of history for a socket: one after the other, and in between whoever else is here gets a turn. A page takes
   * milliseconds; hundreds of them in one tick would keep everybody waiting for seconds.
   */
  async page<T>(socket: MessagingSocket, read: () => T): Promise<T> {
    const connection = this.#of(socket);
    const page = connection.pages.then(async () => {
      await setImmediate();
      if (!socket.connected) throw new Violation('unavailable');
      return read();
    });
    connection.pages = page.then(
      () => undefined,
      () => undefined,
    );
    return page;
  }

  #of(socket: MessagingSocket): Connection {
    const connection = this.#connections.get(socket);
    if (connection === undefined) throw new Violation('unavailable', { retryAfterSeconds: 1 });
    return connection;
  }
}
