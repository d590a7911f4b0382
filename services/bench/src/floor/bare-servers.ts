import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromBareServer } from './floor-wire.js';

const BARE = fileURLToPath(new URL('./bare-worker.js', import.meta.url));
const REPLICAS = 2;
const LISTENING_WITHIN_MS = 10_000;

/** Two bare Socket.IO servers. Sockets that name the same room in the header `x-room` hear each other. */
export interface BareServers {
  /** `http://127.0.0.1:<port>` of each. */
  readonly urls: readonly string[];
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/** Starts them on the given Redis. @throws Error when one does not listen in time */
export async function startBareServers(redisUrl: string): Promise<BareServers> {
  const servers = Array.from({ length: REPLICAS }, () => fork(BARE, [redisUrl]));
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map(end));
  };
  try {
    const urls = await Promise.all(servers.map(listening));
    return { urls, pids: servers.map(({ pid }) => pid!), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listening(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const overdue = setTimeout(() => reject(new Error('a bare server did not start in time')), LISTENING_WITHIN_MS);
    server.once('exit', () => reject(new Error('a bare server ended')));
    server.once('message', (message: FromBareServer) => {
      clearTimeout(overdue);
      resolve(message.url);
    });
  });
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await gone;
}
