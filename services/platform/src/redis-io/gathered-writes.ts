import type { Socket as TcpSocket } from 'node:net';
import type { Server, Socket } from 'socket.io';

interface Connection {
  /** Engine.IO's own: hands what waits to the transport. */
  flush(): void;
  readonly transport: { readonly socket?: { readonly _socket?: TcpSocket | null } };
}

/**
 * Sends what a connection is told in one turn of the event loop with one write. An event with bytes is two frames, and without this
 * each of them is a system call of its own, the second only after the first has come back.
 */
export function gatherWrites(server: Server): void {
  server.engine.on('connection', (made: Socket['conn']) => {
    const connection = made as unknown as Connection;
    const flush = connection.flush.bind(connection);
    let isDue = false;
    connection.flush = () => {
      if (isDue) return;
      isDue = true;
      process.nextTick(() => {
        isDue = false;
        const tcp = connection.transport.socket?._socket;
        tcp?.cork();
        flush();
        tcp?.uncork();
      });
    };
  });
}
