import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { guardOrphans } from '../orphan-guard.js';
import { NGINX } from '../prepare-stack.js';
import { findNode24 } from '../programs.js';

/** PM2 in the foreground, with everything it runs. */
export interface Pm2Process {
  readonly logFile: string;
  /** Fulfilled when PM2 has ended, whoever asked it to. */
  readonly ended: Promise<void>;
  /** Drains everything and ends it; 12 s at most. */
  stop(): Promise<void>;
}

/** What PM2 and the programs need to know; the last six are settings of services, which PM2 hands on. */
const HANDED_ON =
  /^(PATH|HOME|LANG|LC_.*|TZ|USER|REDIS_URL|SECURECONNECT_.*|OPENING_CREDITS|REGISTRATION|BCRYPT_COST|THROTTLE_SCALE|MESSAGE_PRICE|GROUP_MESSAGE_PRICE|CALL_PRICE|STUN_URLS|TURN_URLS)$/;

/** Starts `pm2-runtime ecosystem.config.cjs` with a PM2_HOME in the data folder. If we die, it is asked to end. */
export function startPm2(repository: string, dataDir: string): Pm2Process {
  const home = join(dataDir, 'pm2');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const logFile = join(dataDir, 'logs', 'pm2.log');
  const log = openSync(logFile, 'a', 0o600);
  const program = join(createRequire(import.meta.url).resolve('pm2/package.json'), '..', 'bin', 'pm2-runtime');
  const child = spawn(findNode24(repository), [program, 'start', join(repository, 'ecosystem.config.cjs')], {
    cwd: repository,
    // A group of its own: a Ctrl-C is for us, and we pass it on in order.
    detached: true,
    // PM2 repeats every program's output on its own: that is in the logs already.
    stdio: ['ignore', 'ignore', log],
    env: { ...handedOn(process.env), PM2_HOME: home, PM2_DISCRETE_MODE: 'true', PM2_CONCURRENT_ACTIONS: '64' },
  });
  closeSync(log);
  const guard = guardOrphans();
  if (child.pid !== undefined) guard.watch(child.pid);
  const ended = new Promise<void>((resolve) => {
    const onEnd = (killed: boolean): void => {
      if (child.pid !== undefined) guard.forget(child.pid);
      guard.close();
      if (killed) endLeftovers(join(home, 'pids'));
      resolve();
    };
    child.once('exit', (_, signal) => onEnd(signal !== null)).once('error', () => onEnd(false));
  });
  const stop = async (): Promise<void> => {
    signal(pidOf(join(dataDir, NGINX, 'run', 'nginx.pid')), 'SIGQUIT'); // no new connections; the open ones may finish
    child.kill('SIGINT');
    await ended;
  };
  return { logFile, ended, stop };
}

function handedOn(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => HANDED_ON.test(name)));
}

/** Ends what PM2 leaves behind when it is killed itself. */
function endLeftovers(pidsDir: string): void {
  if (!existsSync(pidsDir)) return;
  for (const name of readdirSync(pidsDir)) signal(pidOf(join(pidsDir, name)), 'SIGTERM');
}

function pidOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {
    // it has ended already
  }
}
