import type { UserId } from '@secureconnect/contracts/ids';
import type { Server, Socket } from 'socket.io';

type Connection = Socket['conn'];

/** Bytes that wait for a client to read them: several pages of history, and then it is taken for deaf. */
const UNREAD_MAX_BYTES = 16_777_216;
/** Connections of one user to one replica: many devices with many tabs, and no flood. */
const PER_USER_MAX = 32;

/** Ends a connection without a goodbye: who does not read would not hear it. */
export function cutConnection(connection: Connection): void {
  const { socket } = connection.transport as { socket?: { terminate(): void } };
  if (socket === undefined) connection.close(true);
  else socket.terminate();
}

/**
 * Cuts connections whose client asks (or is told) more than it reads. Socket.IO itself keeps whatever is not read, without an end,
 * and a client that answers pings in time is never given up.
 */
export function cutTheDeaf(server: Server, onCut: () => void): void {
  server.engine.on('connection', (connection: Connection) => {
    let waitingBytes = 0;
    connection.on('packetCreate', ({ data }: { data?: string | Uint8Array }) => {
      waitingBytes += data?.length ?? 0;
      if (waitingBytes + unsentBytes(connection) <= UNREAD_MAX_BYTES) return;
      onCut();
      cutConnection(connection);
    });
    connection.on('flush', () => {
      // Now they are the transport's.
      waitingBytes = 0;
    });
  });
}

function unsentBytes(connection: Connection): number {
  return (connection.transport as { socket?: { bufferedAmount: number } }).socket?.bufferedAmount ?? 0;
}

/**
 * Who may sit down: one socket to a connection (the protocol lets a client say "connect" again and again, and each time makes
 * another socket that is told everything once more), and so many connections to a user.
 */
export class Seats {
  readonly #asked = new WeakSet<Connection>();
  readonly #taken = new Map<UserId, number>();

  /** @returns false when this connection said it before */
  ask(connection: Connection): boolean {
    if (this.#asked.has(connection)) return false;
    this.#asked.add(connection);
    return true;
  }

  /** Until the connection closes. @returns false when the user has all there are */
  take(connection: Connection, userId: UserId): boolean {
    const taken = this.#taken.get(userId) ?? 0;
    if (taken >= PER_USER_MAX || connection.readyState !== 'open') return false;
    this.#taken.set(userId, taken + 1);
    connection.once('close', () => {
      this.#leave(userId);
    });
    return true;
  }

  #leave(userId: UserId): void {
    const left = (this.#taken.get(userId) ?? 1) - 1;
    if (left === 0) this.#taken.delete(userId);
    else this.#taken.set(userId, left);
  }
}
