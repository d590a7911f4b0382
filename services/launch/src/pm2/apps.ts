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

/** What PM2 is to do with each program: run it as it is, keep it running, and add nothing of its own. */
export function pm2Apps(programs: readonly Program[], cwd: string): Pm2App[] {
  return programs.map((program) => ({
    name: program.name,
    script: program.command,
    args: program.args,
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
    // nginx answers a request to drain by ending well; that is no crash.
    stop_exit_codes: program.name === 'nginx' ? [0] : [],
    // Nothing is measured, looked up or injected.
    pmx: false,
    vizion: false,
    automation: false,
    watch: false,
  }));
}
