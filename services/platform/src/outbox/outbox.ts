import type Sqlite from 'better-sqlite3';
import type { EntityManager } from 'typeorm';

/** A row as its handler sees it. */
export interface OutboxEntry {
  /** Rises with the order of writing; the same at every attempt, so it serves as an idempotency key. */
  readonly id: number;
  readonly topic: string;
  /** What was put in, parsed from JSON. Parse it again with a schema. */
  readonly payload: unknown;
  /** Attempts before this one. */
  readonly attempts: number;
}

const INSERT = 'INSERT INTO outbox (topic, payload, owner, created_at_ms, due_at_ms) VALUES (?, ?, ?, ?, ?)';

/**
 * Things to tell other services, written in the transaction of the business write that they follow from: both are durable, or
 * neither. An OutboxRunner delivers them at least once. Payloads are JSON and hold ids, not content.
 */
export class Outbox {
  readonly #statements = new WeakMap<Sqlite.Database, Sqlite.Statement>();

  /** @param replicaId - REPLICA_ID: the replica that writes a row also delivers it, unless it dies */
  constructor(private readonly replicaId: string) {}

  /** Inside `store.writes.commit(...)`. */
  put(database: Sqlite.Database, topic: string, payload: unknown): void {
    let statement = this.#statements.get(database);
    if (statement === undefined) {
      statement = database.prepare(INSERT);
      this.#statements.set(database, statement);
    }
    const nowMs = Date.now();
    statement.run(topic, JSON.stringify(payload), this.replicaId, nowMs, nowMs);
  }

  /** Inside `store.writes.run(...)`. */
  async putWith(manager: EntityManager, topic: string, payload: unknown): Promise<void> {
    const nowMs = Date.now();
    await manager.query(INSERT, [topic, JSON.stringify(payload), this.replicaId, nowMs, nowMs]);
  }
}
