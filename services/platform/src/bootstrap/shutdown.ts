import type { EventLog } from '../logging/event-log.js';

type Hook = () => Promise<void> | void;

/** What a process does before it ends. Inject it, and add hooks where the thing to end is made. */
export class Shutdown {
  readonly #drains: [string, Hook][] = [];
  readonly #closes: [string, Hook][] = [];

  constructor(private readonly log: EventLog) {}

  /** Runs while sockets and stores still stand: finish batches, stop timers. All drains run at the same time. */
  onDrain(name: string, hook: Hook): void {
    this.#drains.push([name, hook]);
  }

  /** Runs after everything was answered, newest first: close files and connections. */
  onClose(name: string, hook: Hook): void {
    this.#closes.unshift([name, hook]);
  }

  async drain(): Promise<void> {
    await Promise.all(this.#drains.map(([name, hook]) => this.#guarded('shutdown.drain-failed', name, hook)));
  }

  async close(): Promise<void> {
    for (const [name, hook] of this.#closes) await this.#guarded('shutdown.close-failed', name, hook);
  }

  async #guarded(event: string, name: string, hook: Hook): Promise<void> {
    try {
      await hook();
    } catch (error) {
      this.log.error(event, error, { name });
    }
  }
}

/** Waits for `work`, but no longer than that. @returns whether it ended */
export async function endsWithin(timeoutMs: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, timeoutMs);
  });
  try {
    return await Promise.race([work.then(() => true), overdue]);
  } finally {
    clearTimeout(timer);
  }
}
