import { Worker } from 'node:worker_threads';
import { Violation } from '@secureconnect/platform/problem/violation';

/** Half a second each at the usual cost: two keep a machine of two cores busy. */
const THREADS = 2;
/** More waiting than this, and a caller is asked to come again: they are worked off at a fixed rate. */
const WAITING_MAX = 200;
/**
 * As in nice(1): with nothing else to do they have the cores whole, beside somebody busy a tenth of one. A flood of logins then slows
 * down logins, and neither the event loop of this service nor the gateways beside it.
 */
const NICENESS = 10;

const SCRIPT = new URL('../../hashing/bcrypt-thread.mjs', import.meta.url);

type Task =
  | { readonly kind: 'hash'; readonly secret: string; readonly cost: number }
  | { readonly kind: 'compare'; readonly secret: string; readonly verifier: string };
type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

interface Waiting {
  readonly task: Task;
  readonly answered: (answer: Answer) => void;
  /** There will be no answer. */
  readonly lost: () => void;
}

/** Before another thread takes the place of one that died: what dies at once must not keep a core busy with dying. */
const REPLACED_AFTER_MS = 200;

/** bcrypt in threads of its own with low priority: neither on the event loop nor in libuv's pool, where signatures are made. */
export class BcryptThreads {
  readonly #waiting: Waiting[] = [];
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #running = new Map<Worker, Waiting>();
  #closed = false;

  /** @param script - what each thread runs */
  constructor(private readonly script = SCRIPT) {
    for (let started = 0; started < THREADS; started++) this.#start();
  }

  /** @param cost - at least 4 @throws Violation `unavailable` when too many wait, or the thread died */
  async hash(secret: string, cost: number): Promise<string> {
    return (await this.#ask({ kind: 'hash', secret, cost })) as string;
  }

  /** @throws Violation `unavailable` when too many wait, or the thread died */
  async compare(secret: string, verifier: string): Promise<boolean> {
    return (await this.#ask({ kind: 'compare', secret, verifier })) as boolean;
  }

  /** Ends the threads; what still waits is asked to come again. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { lost } of this.#waiting.splice(0)) lost();
    await Promise.all([...this.#all].map((thread) => thread.terminate()));
  }

  #ask(task: Task): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const answered = (answer: Answer) => {
        if (answer.ok) resolve(answer.value);
        else reject(new Error(answer.reason));
      };
      const lost = () => {
        reject(new Violation('unavailable', { retryAfterSeconds: 5 }));
      };
      const isFull = this.#idle.length === 0 && this.#waiting.length >= WAITING_MAX;
      if (this.#closed || isFull) lost();
      else {
        this.#waiting.push({ task, answered, lost });
        this.#next();
      }
    });
  }

  #next(): void {
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const [thread, waiting] = [this.#idle.pop()!, this.#waiting.shift()!];
      this.#running.set(thread, waiting);
      thread.postMessage(waiting.task);
    }
  }

  #start(): void {
    const thread = new Worker(this.script, { workerData: { niceness: NICENESS } });
    // It never keeps a process alive that has nothing else to do.
    thread.unref();
    this.#all.add(thread);
    thread.on('message', (answer: Answer) => {
      const done = this.#running.get(thread);
      this.#running.delete(thread);
      this.#idle.push(thread);
      done?.answered(answer);
      this.#next();
    });
    // 'exit' follows.
    thread.on('error', () => undefined);
    thread.on('exit', () => {
      this.#forget(thread);
      if (this.#closed) return;
      setTimeout(() => {
        if (!this.#closed) this.#start();
      }, REPLACED_AFTER_MS).unref();
    });
    this.#idle.push(thread);
    this.#next();
  }

  #forget(thread: Worker): void {
    this.#all.delete(thread);
    const place = this.#idle.indexOf(thread);
    if (place >= 0) this.#idle.splice(place, 1);
    this.#running.get(thread)?.lost();
    this.#running.delete(thread);
  }
}
