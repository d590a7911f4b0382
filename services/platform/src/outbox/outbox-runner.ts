import type Sqlite from 'better-sqlite3';
import type { EventLog } from '../logging/event-log.js';
import { PeerUnavailable } from '../internal-http/peer-errors.js';
import type { Store } from '../store/store.js';
import type { OutboxEntry } from './outbox.js';

/**
 * Delivers a batch of one topic, all or nothing; a throw means: all of them again later (in smaller batches at once, unless it is a
 * PeerUnavailable: then nobody would take any). Deliver must be safe to repeat.
 */
export type OutboxHandler = (entries: readonly OutboxEntry[]) => Promise<void>;

export interface OutboxRunnerOptions {
  readonly store: Store;
  readonly replicaId: string;
  readonly handlers: Readonly<Record<string, OutboxHandler>>;
  readonly log: EventLog;
  /** Default 100. */
  readonly intervalMs?: number;
  /** Rows of one topic in one call of its handler. Default 500. */
  readonly batchSize?: number;
  /** Silence after which a replica is taken for dead and its rows are taken over. Default 5000. */
  readonly takeoverAfterMs?: number;
}

interface Row {
  id: number;
  topic: string;
  payload: string;
  attempts: number;
}

const BACKOFF_FIRST_MS = 200;
const BACKOFF_MAX_MS = 30_000;
/** How often a replica with waiting rows says that it lives, and looks for dead ones. */
const HEARTBEAT_MS = 1_000;

/**
 * Drains the outbox: every 100 ms the rows of this replica that are due, topic by topic; a failed batch waits with growing
 * pauses. Rows of a replica that fell silent are taken over. At least once; order within a topic holds only while nothing fails.
 */
export class OutboxRunner {
  readonly #options: Required<OutboxRunnerOptions>;
  readonly #due: Sqlite.Statement<[string, string, number, number, number], Row>;
  readonly #orphans: Sqlite.Statement<[string, number, number, number, number], { owner: string }>;
  readonly #waiting: Sqlite.Statement<[string], { id: number }>;
  #timer: NodeJS.Timeout | undefined;
  #pulse: NodeJS.Timeout | undefined;
  #pass: Promise<void> | undefined;
  #beatAtMs = Number.NEGATIVE_INFINITY;
  #stopped = false;

  constructor(options: OutboxRunnerOptions) {
    this.#options = { intervalMs: 100, batchSize: 500, takeoverAfterMs: 5_000, ...options };
    const { reader } = options.store;
    // No pause is longer than BACKOFF_MAX_MS: what is due later than that was written before the clock went back.
    this.#due = reader.prepare(`
      SELECT id, topic, payload, attempts FROM outbox
      WHERE owner = ? AND topic = ? AND (due_at_ms <= ? OR due_at_ms > ?) ORDER BY id LIMIT ?`);
    this.#waiting = reader.prepare('SELECT id FROM outbox WHERE owner = ? LIMIT 1');
    this.#orphans = reader.prepare(`
      SELECT DISTINCT o.owner AS owner FROM outbox o LEFT JOIN outbox_owner w ON w.owner = o.owner
      WHERE o.owner <> ? AND NOT o.created_at_ms BETWEEN ? AND ? AND NOT coalesce(w.alive_at_ms, 0) BETWEEN ? AND ?`);
  }

  start(): void {
    if (this.#timer !== undefined || this.#stopped) return;
    // Beside the passes: one may take long, and its replica lives all the same.
    this.#pulse ??= setInterval(() => {
      this.#beat().catch((error: unknown) => {
        this.#options.log.error('outbox.heartbeat-failed', error);
      });
    }, this.#beatEveryMs);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.drainNow().then(() => {
        this.start();
      });
    }, this.#options.intervalMs);
  }

  /** One pass over everything that is due; passes never overlap. Failures are logged and kept for later. */
  drainNow(): Promise<void> {
    this.#pass ??= this.#drain().finally(() => {
      this.#pass = undefined;
    });
    return this.#pass;
  }

  /** Ends the passes after the one that runs, with a last one; what is left stays in the store. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#pass;
    await this.drainNow();
    clearInterval(this.#pulse);
  }

  async #drain(): Promise<void> {
    try {
      await this.#beat();
      await Promise.all(
        Object.entries(this.#options.handlers).map(([topic, handler]) => this.#drainTopic(topic, handler)),
      );
    } catch (error) {
      this.#options.log.error('outbox.pass-failed', error);
    }
  }

  async #drainTopic(topic: string, handler: OutboxHandler): Promise<void> {
    const { replicaId, batchSize } = this.#options;
    for (;;) {
      const nowMs = Date.now();
      const rows = this.#due.all(replicaId, topic, nowMs, nowMs + BACKOFF_MAX_MS, batchSize);
      if (rows.length === 0) return;
      const delivered = await this.#deliver(topic, handler, rows);
      if (!delivered || rows.length < batchSize) return;
    }
  }

  async #deliver(topic: string, handler: OutboxHandler, rows: Row[]): Promise<boolean> {
    const ids = JSON.stringify(rows.map((row) => row.id));
    try {
      await handler(
        rows.map((row) => ({
          id: row.id,
          topic: row.topic,
          attempts: row.attempts,
          payload: JSON.parse(row.payload) as unknown,
        })),
      );
    } catch (error) {
      if (rows.length > 1 && !(error instanceof PeerUnavailable)) {
        // One of them may be at fault; the others do not wait for it.
        const half = rows.length >> 1;
        const first = await this.#deliver(topic, handler, rows.slice(0, half));
        return (await this.#deliver(topic, handler, rows.slice(half))) && first;
      }
      const attempts = Math.max(...rows.map((row) => row.attempts)) + 1;
      const pauseMs = Math.min(BACKOFF_FIRST_MS * 2 ** (attempts - 1), BACKOFF_MAX_MS) * (0.5 + Math.random() / 2);
      this.#options.log.warn('outbox.delivery-failed', {
        topic,
        rows: rows.length,
        attempts,
        error: error instanceof Error ? error.name : 'unknown',
      });
      await this.#write(
        'UPDATE outbox SET attempts = attempts + 1, due_at_ms = ? WHERE id IN (SELECT value FROM json_each(?))',
        Date.now() + Math.round(pauseMs),
        ids,
      );
      return false;
    }
    await this.#write('DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?))', ids);
    return true;
  }

  /** With rows waiting: says that this replica lives. Always: takes over what dead replicas left. */
  async #beat(): Promise<void> {
    const { replicaId, takeoverAfterMs } = this.#options;
    if (performance.now() - this.#beatAtMs < this.#beatEveryMs / 2) return;
    this.#beatAtMs = performance.now();
    const nowMs = Date.now();
    if (this.#waiting.get(replicaId) !== undefined) {
      await this.#write(
        'INSERT INTO outbox_owner (owner, alive_at_ms) VALUES (?, ?) ON CONFLICT DO UPDATE SET alive_at_ms = excluded.alive_at_ms',
        replicaId,
        nowMs,
      );
    }
    const silentSinceMs = nowMs - takeoverAfterMs;
    // A time ahead of the clock was written before it went back, and says nothing.
    const aheadMs = nowMs + takeoverAfterMs;
    for (const { owner } of this.#orphans.all(replicaId, silentSinceMs, aheadMs, silentSinceMs, aheadMs)) {
      const taken = await this.#options.store.writes.commit((database) => {
        // Looked at again inside the transaction: another replica may have been quicker.
        const alive = database.prepare('SELECT alive_at_ms FROM outbox_owner WHERE owner = ?').pluck().get(owner) as
          number | undefined;
        if (alive !== undefined && alive >= silentSinceMs && alive <= aheadMs) return 0;
        return database.prepare('UPDATE outbox SET owner = ? WHERE owner = ?').run(replicaId, owner).changes;
      });
      if (taken > 0) this.#options.log.info('outbox.taken-over', { from: owner, rows: taken });
    }
  }

  get #beatEveryMs(): number {
    return Math.min(HEARTBEAT_MS, this.#options.takeoverAfterMs / 4);
  }

  #write(sql: string, ...values: (string | number)[]): Promise<unknown> {
    return this.#options.store.writes.commit((database) => database.prepare(sql).run(...values));
  }
}
