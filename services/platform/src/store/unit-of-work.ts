import type Sqlite from 'better-sqlite3';
import type { DataSource, EntityManager } from 'typeorm';
import { isBusy } from './sqlite-code.js';

/** What a finished transaction cost. */
export interface CommitReport {
  readonly jobs: number;
  /** From BEGIN to the end of COMMIT. */
  readonly durationMs: number;
  /** Since the lock was first asked for: another process had it. */
  readonly lockWaitMs: number;
}

export interface UnitOfWorkOptions {
  readonly writers: 'one' | 'many';
  readonly onCommit?: (report: CommitReport) => void;
}

/** The file was locked by other processes for so long that the write was given up. Nothing of it was stored. */
export class StoreBusy extends Error {
  override readonly name = 'StoreBusy';
}

/** The process is shutting down; nothing of the write was stored. */
export class StoreClosed extends Error {
  override readonly name = 'StoreClosed';
}

interface Settled {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}
type Entry =
  | ({ readonly kind: 'tick'; readonly job: (database: Sqlite.Database) => unknown } & Settled)
  | ({ readonly kind: 'exclusive'; readonly job: (manager: EntityManager) => Promise<unknown> } & Settled);

/** Jobs of one transaction: more would keep the event loop too long. */
const GROUP_MAX = 512;
const LOCK_WAIT_MAX_MS = 10_000;
/** With several writers, how long a process leaves the lock alone after it had it. */
const GAP_MS = 1;

/**
 * The one queue of writes of a process (TypeORM's SQLite driver has a single connection: two overlapping transactions on it
 * would be one). Order is kept. A promise resolves only after COMMIT has returned, with synchronous=FULL: what it says is durable.
 */
export class UnitOfWork {
  readonly #source: DataSource;
  readonly #database: Sqlite.Database;
  readonly #options: UnitOfWorkOptions;
  readonly #begin: Sqlite.Statement;
  readonly #commit: Sqlite.Statement;
  readonly #savepoint: Sqlite.Statement;
  readonly #release: Sqlite.Statement;
  readonly #rollbackTo: Sqlite.Statement;
  #queue: Entry[] = [];
  #running = false;
  #closed = false;
  #idle: (() => void)[] = [];
  #freeAtMs = 0;

  constructor(source: DataSource, database: Sqlite.Database, options: UnitOfWorkOptions) {
    this.#source = source;
    this.#database = database;
    this.#options = options;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#savepoint = database.prepare('SAVEPOINT job');
    this.#release = database.prepare('RELEASE job');
    this.#rollbackTo = database.prepare('ROLLBACK TO job');
  }

  /** Jobs that wait for their transaction. */
  get depth(): number {
    return this.#queue.length;
  }

  /**
   * Hot path: a synchronous job, committed together with all others of the same tick. It sees what jobs before it wrote. When it
   * throws, its own writes are undone, its promise rejects, and the others are not touched.
   * @throws StoreBusy, StoreClosed, or what the job throws
   */
  commit<T>(job: (database: Sqlite.Database) => T): Promise<T> {
    return this.#enqueue<T>((settled) => ({ kind: 'tick', job, ...settled }));
  }

  /**
   * Cold path: an exclusive transaction with TypeORM. Nothing else is written while `job` runs, so it must not wait for
   * anything but the store. When it throws, everything is undone.
   * @throws StoreBusy, StoreClosed, or what the job throws
   */
  run<T>(job: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#enqueue<T>((settled) => ({ kind: 'exclusive', job, ...settled }));
  }

  /** Refuses new jobs and waits for the queued ones. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#running) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #enqueue<T>(entry: (settled: Settled) => Entry): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreClosed('the store is closed'));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push(entry({ resolve: resolve, reject }));
      if (this.#running) return;
      this.#running = true;
      // After the current tick's I/O callbacks: all of their jobs share the transaction.
      setImmediate(() => void this.#drain());
    });
  }

  async #drain(): Promise<void> {
    for (;;) {
      const head = this.#queue[0];
      if (head === undefined) break;
      if (head.kind === 'exclusive') {
        this.#queue.shift();
        await this.#exclusive(head);
      } else {
        await this.#group();
      }
      // Lets the answers of this transaction out, and the next tick's jobs in.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = false;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }

  /** Takes the write lock without ever blocking the process. @returns the wait in ms */
  async #lock(): Promise<number> {
    const asked = performance.now();
    const gap = this.#freeAtMs - asked;
    if (gap > 0) await sleep(gap);
    for (;;) {
      try {
        this.#begin.run();
        return performance.now() - asked;
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (performance.now() - asked > LOCK_WAIT_MAX_MS) throw new StoreBusy('the store stayed locked');
        await sleep(0.5 + Math.random());
      }
    }
  }

  #finished(jobs: number, began: number, lockWaitMs: number): void {
    const ended = performance.now();
    if (this.#options.writers === 'many') this.#freeAtMs = ended + GAP_MS;
    this.#options.onCommit?.({ jobs, durationMs: ended - began, lockWaitMs });
  }

  async #group(): Promise<void> {
    let lockWaitMs: number;
    try {
      lockWaitMs = await this.#lock();
    } catch (error) {
      for (const entry of this.#takeTicks()) entry.reject(error);
      return;
    }
    const began = performance.now();
    // Taken only now: what came while we waited for the lock goes along.
    const entries = this.#takeTicks();
    const done: (() => void)[] = [];
    try {
      for (const entry of entries) done.push(this.#one(entry));
      this.#commit.run();
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      for (const entry of entries) entry.reject(error);
      return;
    }
    for (const settle of done) settle();
    this.#finished(entries.length, began, lockWaitMs);
  }

  /** Runs one job in its savepoint; what it came to is told only after the commit. */
  #one(entry: Entry & { kind: 'tick' }): () => void {
    this.#savepoint.run();
    try {
      const value = entry.job(this.#database);
      this.#release.run();
      return () => {
        entry.resolve(value);
      };
    } catch (error) {
      // A full disk or a broken file ends the whole transaction; then there is nothing to go back to.
      if (!this.#database.inTransaction) throw error;
      this.#rollbackTo.run();
      this.#release.run();
      return () => {
        entry.reject(error);
      };
    }
  }

  #takeTicks(): (Entry & { kind: 'tick' })[] {
    const taken: (Entry & { kind: 'tick' })[] = [];
    for (const entry of this.#queue) {
      if (entry.kind !== 'tick' || taken.length === GROUP_MAX) break;
      taken.push(entry);
    }
    this.#queue = this.#queue.slice(taken.length);
    return taken;
  }

  async #exclusive(entry: Entry & { kind: 'exclusive' }): Promise<void> {
    // TypeORM opens transactions by itself unless it knows of one; its own BEGIN would not be IMMEDIATE and could not wait.
    const runner = this.#source.createQueryRunner() as unknown as {
      isTransactionActive: boolean;
      transactionDepth: number;
    };
    let began: number | undefined;
    try {
      const lockWaitMs = await this.#lock();
      began = performance.now();
      runner.isTransactionActive = true;
      runner.transactionDepth = 1;
      const value = await entry.job(this.#source.manager);
      this.#commit.run();
      this.#finished(1, began, lockWaitMs);
      entry.resolve(value);
    } catch (error) {
      if (began !== undefined && this.#database.inTransaction) this.#database.exec('ROLLBACK');
      entry.reject(error);
    } finally {
      runner.isTransactionActive = false;
      runner.transactionDepth = 0;
    }
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
