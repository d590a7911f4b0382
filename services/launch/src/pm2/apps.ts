import { fileURLToPath } from 'node:url';
import type { Program } from '../prepare-stack.js';

/** One application in PM2's configuration file; only the fields that we use. */
export interface Pm2App {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly interpreter: 'none';
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly [option: string]: unknown;
}

/** A service drains in 10 s at most; after this PM2 stops waiting. */
const KILL_AFTER_MS = 12_000;

/** Ends what a killed predecessor has left, then becomes the program. */
const AFTER_LEFTOVERS = fileURLToPath(new URL('../../boot/after-leftovers.sh', import.meta.url));

/** What PM2 is to do with each program: run it as it is, keep it running, and add nothing of its own. */
export function pm2Apps(programs: readonly Program[], cwd: string): Pm2App[] {
  return programs.map((program) => ({
    name: program.name,
    ...commandOf(program),
    interpreter: 'none',
    exec_mode: 'fork',
    cwd,
    env: program.environment,
    out_file: program.logFile,
    error_file: program.logFile,
    // Restart at once after a crash, and ever more slowly (up to 15 s) when it crashes again and again; never give up.
    autorestart: true,
    exp_backoff_restart_delay: 100,
    max_restarts: Number.MAX_SAFE_INTEGER,
    kill_timeout: KILL_AFTER_MS,
    // A signal goes to the program alone: it ends its own children, and `ps` need not be installed.
    treekill: false,
    // Nothing is measured, looked up or injected.
    pmx: false,
    vizion: false,
    automation: false,
    watch: false,
  }));
}

function commandOf({ command, args, pidFile }: Program): Pick<Pm2App, 'script' | 'args'> {
  return pidFile === undefined
    ? { script: command, args }
    : { script: '/bin/sh', args: [AFTER_LEFTOVERS, pidFile, command, ...args] };
}
