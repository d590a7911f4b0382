import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { StartFailure } from '../config/start-failure.js';

/** Connections of a listener: those of sockets too, of which the HTTP server itself knows nothing any more. */
const connections = new WeakMap<HttpServer, Set<Socket>>();

/** Bounds what a slow or silent client can hold; keep-alive outlasts nginx's and undici's, so that they close first. */
export function bound(server: HttpServer): void {
  const open = new Set<Socket>();
  connections.set(server, open);
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.headersTimeout = 15_000;
  server.requestTimeout = 60_000;
  server.keepAliveTimeout = 75_000;
}

/** Listens. @throws StartFailure that names the variable when the port cannot be had */
export function open(server: HttpServer, port: number, host: string, variable: string, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? `the port ${String(port)} is in use; end the other program or set ${variable}`
          : `the port ${String(port)} cannot be opened (${error.code ?? 'unknown'})`;
      reject(new StartFailure(`The service ${name} cannot start: ${reason}.`));
    });
    server.listen(port, host, resolve);
  });
}

/** Takes no more connections, and waits for those that are being answered; idle ones go as soon as they are idle. */
export function closeListener(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    const sweep = setInterval(() => {
      server.closeIdleConnections();
    }, 50);
    server.close(() => {
      clearInterval(sweep);
      resolve();
    });
  });
}

/** Ends what still stands, whether it heard us or not. */
export function cutConnections(server: HttpServer): void {
  for (const socket of connections.get(server) ?? []) socket.destroy();
}

/** The port that a listening server has. */
export function portOf(server: HttpServer): number {
  return (server.address() as AddressInfo).port;
}
