import { accessSync, constants, existsSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { LaunchFailure } from '../launch-failure.js';

/** Unix sockets have paths of 103 characters at most (macOS; 107 on Linux), and PM2 puts `pm2/interactor.sock` into the data folder. */
const PATH_MAX = 80;

/** The claim to a data folder, held as long as this process lives. */
export interface DataFolderClaim {
  release(): void;
}

/**
 * Makes the data folder and claims it: a socket in it answers as long as its owner lives, so no claim outlasts its owner.
 *
 * @throws LaunchFailure when the folder cannot be written to, its path is too long, or another instance has it
 */
export async function claimDataFolder(dataDir: string): Promise<DataFolderClaim> {
  if (Buffer.byteLength(dataDir) > PATH_MAX) {
    throw new LaunchFailure(
      `The path ${dataDir} is too long for sockets: set SECURECONNECT_DATA to a folder whose path has at most ${PATH_MAX} characters.`,
    );
  }
  makeWritable(dataDir);
  const path = join(dataDir, 'instance.sock');
  const owner = await askOwner(path);
  if (owner !== undefined) {
    throw new LaunchFailure(
      `SecureConnect already runs on the data folder ${dataDir} (process ${owner}): stop it first, or set SECURECONNECT_DATA to another folder.`,
    );
  }
  rmSync(path, { force: true });
  const server = await answerAsOwner(path);
  return { release: () => void server.close() };
}

function makeWritable(dataDir: string): void {
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch {
    throw new LaunchFailure(
      `The data folder ${dataDir} cannot be written to: give it to the user who starts SecureConnect, or set SECURECONNECT_DATA to another folder.`,
    );
  }
}

/** Step by step: where the system makes no folders (`/proc`), Node's own recursion never ends. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o711 });
}

/** Process id of the instance that has the folder, if one lives. */
function askOwner(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.setEncoding('utf8');
    socket.once('data', (pid) => {
      socket.destroy();
      resolve(String(pid));
    });
    socket.once('error', () => resolve(undefined));
  });
}

function answerAsOwner(path: string): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined).end(String(process.pid)));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve(server.unref()));
  });
}
