import type { CallId, ConversationId, DeviceId, UserId } from '@secureconnect/contracts/ids';
import type { Outbox } from '@secureconnect/platform/outbox/outbox';
import type { Store } from '@secureconnect/platform/store/store';
import type Sqlite from 'better-sqlite3';

/** Outbox topic: the price of a call is to be paid, or comes back. */
export const SETTLE_TOPIC = 'call.settle';

/** A call that goes on. */
export interface OpenCall {
  readonly callId: CallId;
  readonly conversationId: ConversationId;
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly price: number;
  readonly state: 'started' | 'connected';
  readonly startedAtMs: number;
}

const COLUMNS = `call_id AS callId, conversation_id AS conversationId, user_id AS userId, device_id AS deviceId, price, state,
  started_at_ms AS startedAtMs`;

/** The calls that go on, and with each move what credits are told: one transaction. All replicas write the one store. */
export class CallStore {
  readonly #find: Sqlite.Statement<[string], OpenCall>;
  readonly #paid: Sqlite.Statement<[string, string, string], { callId: CallId }>;

  constructor(
    private readonly store: Store,
    private readonly outbox: Outbox,
  ) {
    const { reader } = store;
    this.#find = reader.prepare(`SELECT ${COLUMNS} FROM open_call WHERE call_id = ?`);
    this.#paid = reader.prepare(`
      SELECT call_id AS callId FROM open_call
      WHERE state = 'connected' AND call_id IN (SELECT value FROM json_each(?))
      UNION
      SELECT payload ->> '$.callId' FROM outbox
      WHERE topic = ? AND payload ->> '$.move' = 'capture' AND payload ->> '$.callId' IN (SELECT value FROM json_each(?))`);
  }

  find(callId: CallId): OpenCall | null {
    return this.#find.get(callId) ?? null;
  }

  /** Writes down that a call began; of two at once under one id the first stays. @returns the one that is there then */
  async start(call: Omit<OpenCall, 'state'>): Promise<OpenCall> {
    return this.store.writes.commit((database) => {
      database
        .prepare(`INSERT INTO open_call VALUES (?, ?, ?, ?, ?, 'started', ?) ON CONFLICT (call_id) DO NOTHING`)
        .run(call.callId, call.conversationId, call.userId, call.deviceId, call.price, call.startedAtMs);
      return database
        .prepare<[string], OpenCall>(`SELECT ${COLUMNS} FROM open_call WHERE call_id = ?`)
        .get(call.callId)!;
    });
  }

  /** Somebody was heard: the price is to be paid. Once, however often it is said. @returns whether it was the first time */
  async connect(callId: CallId): Promise<boolean> {
    return this.store.writes.commit((database) => {
      const call = database
        .prepare<[string], OpenCall>(
          `UPDATE open_call SET state = 'connected' WHERE call_id = ? AND state = 'started' RETURNING ${COLUMNS}`,
        )
        .get(callId);
      if (call !== undefined) this.#settle(database, call, 'capture');
      return call !== undefined;
    });
  }

  /** The call is over; unless it ever connected, the price comes back. @returns the call as it was, null for one that was over already */
  async end(callId: CallId): Promise<OpenCall | null> {
    return this.store.writes.commit((database) => {
      const call = database
        .prepare<[string], OpenCall>(`DELETE FROM open_call WHERE call_id = ? RETURNING ${COLUMNS}`)
        .get(callId);
      if (call?.state === 'started') this.#settle(database, call, 'release');
      return call ?? null;
    });
  }

  /** Ends what nobody ended: calls of one state that began before then. @returns how many */
  async abandon(state: OpenCall['state'], beforeMs: number): Promise<number> {
    return this.store.writes.commit((database) => {
      const calls = database
        .prepare<[string, number], OpenCall>(
          `DELETE FROM open_call WHERE state = ? AND started_at_ms < ? RETURNING ${COLUMNS}`,
        )
        .all(state, beforeMs);
      if (state === 'started') for (const call of calls) this.#settle(database, call, 'release');
      return calls.length;
    });
  }

  /** Those of the calls that connected, as far as their price may still be unpaid. */
  paidAmong(callIds: readonly CallId[]): CallId[] {
    const list = JSON.stringify(callIds);
    return this.#paid.all(list, SETTLE_TOPIC, list).map(({ callId }) => callId);
  }

  #settle(database: Sqlite.Database, { callId, userId, price }: OpenCall, move: 'capture' | 'release'): void {
    if (price > 0) this.outbox.put(database, SETTLE_TOPIC, { callId, userId, amount: price, move });
  }
}
