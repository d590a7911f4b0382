import { setImmediate } from 'node:timers/promises';
import type { ServiceConfig } from '@secureconnect/platform/config/service-config';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { MessagingEnvironment } from '../settings.js';
import type { MessagingSocket } from '../delivery/fanout.js';
import type { Rate, UserBudgets } from '@secureconnect/platform/throttle/user-budgets';

/** Each kind of request has a budget of its own: who types cannot run out of messages. */
export type Budgeted = 'sends' | 'commands' | 'ephemerals' | 'presence' | 'groupChanges';

interface Connection {
  /** Resolves when events of other replicas reach this socket. */
  readonly heard: Promise<void>;
  /** Resolves when the pages that were asked for so far are read. */
  pages: Promise<void>;
}

/** What the gateway remembers of each socket. */
export class Connections {
  readonly #connections = new WeakMap<object, Connection>();

  readonly #rates: Readonly<Record<Budgeted, Rate>>;

  constructor(
    { env }: ServiceConfig<MessagingEnvironment>,
    private readonly budgets: UserBudgets,
  ) {
    this.#rates = {
      sends: { burst: env.SEND_BURST, perSecond: env.SENDS_PER_SECOND },
      commands: { burst: env.COMMAND_BURST, perSecond: env.COMMANDS_PER_SECOND },
      ephemerals: { burst: env.EPHEMERAL_BURST, perSecond: env.EPHEMERALS_PER_SECOND },
      presence: { burst: env.PRESENCE_BURST, perSecond: env.PRESENCES_PER_SECOND },
      groupChanges: { burst: env.GROUP_CHANGE_BURST, perSecond: env.GROUP_CHANGES_PER_SECOND },
    };
  }

  add(socket: MessagingSocket, heard: Promise<void>): void {
    this.#connections.set(socket, { heard, pages: Promise.resolve() });
  }

  /** @throws Violation `throttled` when this socket's user asks too much, on all sockets together */
  spend(socket: MessagingSocket, what: Budgeted): void {
    const retryAfterSeconds = this.budgets.take(socket.data.userId, what, this.#rates[what]);
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
