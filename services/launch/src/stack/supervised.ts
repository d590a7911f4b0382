import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { OrphanGuard } from '../orphan-guard.js';
import type { Program } from '../prepare-stack.js';

/** A drain takes 10 s at most; whoever is still there then is killed. */
const STOP_WITHIN_MS = 12_000;

/** One program that a test starts, kills and starts again. Its output is appended to its log file. */
export class Supervised {
  readonly program: Program;
  readonly #guard: OrphanGuard;
  readonly #inherited: Readonly<Record<string, string | undefined>>;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(program: Program, guard: OrphanGuard, inherited: Readonly<Record<string, string | undefined>>) {
    this.program = program;
    this.#guard = guard;
    this.#inherited = inherited;
  }

  /** Process id, while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    if (this.#child !== undefined) throw new Error(`${this.program.name} runs already`);
    const log = openSync(this.program.logFile, 'a', 0o600);
    const child = spawn(this.program.command, [...this.program.args], {
      env: { ...this.#inherited, ...this.program.environment },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#child = child;
    const { pid } = child;
    if (pid !== undefined) this.#guard.watch(pid);
    this.#ended = new Promise((resolve) => {
      const onEnd = (): void => {
        if (pid !== undefined) this.#guard.forget(pid);
        this.#child = undefined;
        resolve();
      };
      child.once('exit', onEnd);
      child.once('error', onEnd);
    });
  }

  /** Sends the signal and waits for the end. Nothing happens when it does not run. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#child?.kill(signal);
    await this.#ended;
  }

  /** Asks it to end, waits for the drain, and kills it when that takes longer than a drain may. */
  async stop(): Promise<void> {
    const child = this.#child;
    const timer = setTimeout(() => child?.kill('SIGKILL'), STOP_WITHIN_MS);
    await this.kill('SIGTERM');
    clearTimeout(timer);
  }

  /** Sends a signal that does not end it (SIGSTOP, SIGCONT, SIGHUP). */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }
}
