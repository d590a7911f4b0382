import { Worker } from 'node:worker_threads';

/** How often the WAL is moved into the store while there are commits. */
const INTERVAL_MS = 500;

/**
 * Moves the write-ahead log into the store from a thread of its own: the file synchronisation of a checkpoint (tens of
 * milliseconds) must not stand in a commit's way, so SQLite's own checkpoint inside COMMIT is off.
 */
export class Checkpointer {
  readonly #worker: Worker;
  #commits = 0;
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(file: string) {
    this.#worker = new Worker(new URL('./checkpoint-worker.js', import.meta.url), { workerData: { file } });
    this.#worker.unref();
    this.#timer = setInterval(() => {
      if (this.#commits === 0) return;
      this.#commits = 0;
      this.#worker.postMessage('checkpoint');
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  noteCommit(): void {
    this.#commits++;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#worker.terminate();
  }
}
