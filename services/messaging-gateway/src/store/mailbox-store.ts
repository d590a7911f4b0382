import type Sqlite from 'better-sqlite3';
import type { AllowanceId, ConversationId, MessageId } from '@secureconnect/contracts/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { StoredMessage, SyncConversation } from '@secureconnect/contracts/messaging';
import type { Outbox } from '@secureconnect/platform/outbox/outbox';
import type { ChargeKind } from '@secureconnect/contracts/internal';
import type { Store } from '@secureconnect/platform/store/store';
import type { AdmittedMessage, ChainHead, StoredPosition } from '../mailbox/chain-rules.js';
import { placeMessage } from '../mailbox/chain-rules.js';

/** Topic of the outbox rows that say what to capture. */
export const CAPTURE_TOPIC = 'charge-captured';

/** A message that is paid for: by a unit of an allowance, or (`allowanceId` null) by a hold of its own id. */
export interface PaidMessage {
  readonly message: AdmittedMessage;
  /** What it is charged as. */
  readonly kind: ChargeKind;
  /** Credits. */
  readonly amount: number;
  readonly allowanceId: AllowanceId | null;
  /** Until when it may be stored, in ms of `performance.now()`; checked inside the transaction. */
  readonly coveredUntilMs: number;
}

/** What became of a message in the transaction. */
export type Placement =
  | { readonly outcome: 'stored' | 'repeated'; readonly seq: number; readonly acceptedAtMs: number }
  | { readonly outcome: 'message-id-taken' | 'sequence-gap' | 'hold-expired' | 'epoch-stale' };

interface KnownRow {
  conversation_id: string;
  seq: number;
  accepted_at_ms: number;
  envelope_hash: Buffer;
}
interface PageRow {
  seq: number;
  accepted_at_ms: number;
  envelope: Buffer<ArrayBuffer>;
}

const KNOWN = 'SELECT conversation_id, seq, accepted_at_ms, envelope_hash FROM message WHERE message_id = ?';

/** Messages and the chains of devices. The SQL of the hot path, all of it prepared once. */
export class MailboxStore {
  readonly #known;
  readonly #forward;
  readonly #backward;
  readonly #lastSeq;
  readonly #existing;
  readonly #delivery;
  readonly #unsettled;
  #writing: ReturnType<typeof prepareWrites> | undefined;

  constructor(
    private readonly store: Store,
    private readonly outbox: Outbox,
    /** Names this process in what it leaves to be captured. */
    private readonly processId: string,
  ) {
    const { reader } = store;
    this.#known = reader.prepare<[string], KnownRow>(KNOWN);
    const page = 'SELECT seq, accepted_at_ms, envelope FROM message WHERE conversation_id = ?';
    this.#forward = reader.prepare<[string, number, number], PageRow>(`${page} AND seq > ? ORDER BY seq LIMIT ?`);
    this.#backward = reader.prepare<[string, number, number], PageRow>(`${page} AND seq < ? ORDER BY seq DESC LIMIT ?`);
    this.#lastSeq = reader
      .prepare<[string], number>('SELECT last_seq FROM conversation WHERE conversation_id = ?')
      .pluck();
    this.#delivery = reader.prepare<[string], PageRow & { conversation_id: string }>(
      'SELECT conversation_id, seq, accepted_at_ms, envelope FROM message WHERE message_id = ?',
    );
    this.#unsettled = reader
      .prepare<[string, string], AllowanceId>(
        `SELECT DISTINCT json_extract(charge.value, '$.allowanceId') AS allowanceId
         FROM outbox, json_each(outbox.payload, '$.charges') AS charge
         WHERE outbox.topic = ? AND allowanceId IN (SELECT value FROM json_each(?))`,
      )
      .pluck();
    this.#existing = reader
      .prepare<[string], MessageId>(
        'SELECT message_id FROM message WHERE message_id IN (SELECT value FROM json_each(?))',
      )
      .pluck();
  }

  /** The message that was stored under this id, if any. */
  known(messageId: string): StoredPosition | null {
    return position(this.#known.get(messageId));
  }

  /**
   * Stores messages in the order given, each at the next position of its conversation, and what they cost into the outbox: one
   * transaction, durable when this resolves.
   */
  place(messages: readonly PaidMessage[]): Promise<Placement[]> {
    return this.store.writes.commit((database) => {
      const sql = (this.#writing ??= prepareWrites(database));
      const acceptedAtMs = Date.now();
      const paid: { kind: ChargeKind; key: string; userId: string; amount: number; allowanceId: string | null }[] = [];
      const placements = messages.map(({ message, kind, amount, allowanceId, coveredUntilMs }): Placement => {
        const known = position(sql.known.get(message.messageId));
        const head = known === null ? chainHead(sql.head.get(message.conversationId, message.senderDevice)) : null;
        const move = placeMessage(message, known, head);
        if (move.outcome !== 'stored') return move;
        if (message.group !== undefined && !stillFits(sql, message, message.group)) return { outcome: 'epoch-stale' };
        // Asked here, under the write lock: nothing but the commit itself takes time from now on.
        if (performance.now() > coveredUntilMs) return { outcome: 'hold-expired' };
        const seq = sql.nextSeq.get(acceptedAtMs, message.conversationId);
        if (seq === undefined) throw new Error('a message without a conversation was admitted');
        sql.insert.run(
          message.conversationId,
          seq,
          message.messageId,
          message.senderUser,
          message.senderDevice,
          message.senderSeq,
          message.hash,
          acceptedAtMs,
          message.envelope,
        );
        sql.advance.run(
          message.conversationId,
          message.senderDevice,
          message.senderUser,
          message.senderSeq,
          message.hash,
        );
        paid.push({ kind, key: message.messageId, userId: message.senderUser, amount, allowanceId });
        return { outcome: 'stored', seq, acceptedAtMs };
      });
      if (paid.length > 0) this.outbox.put(database, CAPTURE_TOPIC, { process: this.processId, charges: paid });
      return placements;
    });
  }

  /** A page by rising seq, bounded in count and bytes (one message always fits). `lastSeq` is read after it. */
  page(
    conversationId: ConversationId,
    from: SyncConversation['from'],
    limit: number,
  ): { messages: StoredMessage[]; lastSeq: number } {
    const forward = 'afterSeq' in from;
    const rows = forward
      ? this.#forward.iterate(conversationId, from.afterSeq, limit)
      : this.#backward.iterate(conversationId, from.beforeSeq, limit);
    const messages: StoredMessage[] = [];
    let bytes = 0;
    for (const row of rows) {
      bytes += row.envelope.byteLength;
      if (messages.length > 0 && bytes > LIMITS.syncPageMaxBytes) break;
      messages.push({ seq: row.seq, acceptedAtMs: row.accepted_at_ms, envelope: row.envelope });
    }
    if (!forward) messages.reverse();
    return { messages, lastSeq: this.#lastSeq.get(conversationId) ?? 0 };
  }

  /** A stored message and its conversation, to tell of it anew. */
  delivery(messageId: string): (StoredMessage & { conversationId: string }) | null {
    const row = this.#delivery.get(messageId);
    return row === undefined
      ? null
      : { conversationId: row.conversation_id, seq: row.seq, acceptedAtMs: row.accepted_at_ms, envelope: row.envelope };
  }

  /** Those of the allowances on which messages are stored whose capture is still in the outbox. */
  unsettled(allowanceIds: readonly AllowanceId[]): AllowanceId[] {
    return this.#unsettled.all(CAPTURE_TOPIC, JSON.stringify(allowanceIds));
  }

  /** Those of the ids under which a message is stored. */
  existing(messageIds: readonly MessageId[]): MessageId[] {
    return this.#existing.all(JSON.stringify(messageIds));
  }
}

/** Whether the group is what the message was sealed for, and its sender still in it, at the moment in which it is stored. */
function stillFits(
  sql: ReturnType<typeof prepareWrites>,
  message: AdmittedMessage,
  group: NonNullable<AdmittedMessage['group']>,
): boolean {
  return sql.fits.get(message.senderUser, message.conversationId, group.head, group.epoch) !== undefined;
}

function position(row: KnownRow | undefined): StoredPosition | null {
  if (row === undefined) return null;
  return { hash: row.envelope_hash, seq: row.seq, acceptedAtMs: row.accepted_at_ms };
}

function chainHead(row: { sender_seq: number; envelope_hash: Buffer } | undefined): ChainHead | null {
  return row === undefined ? null : { senderSeq: row.sender_seq, hash: row.envelope_hash };
}

function prepareWrites(database: Sqlite.Database) {
  return {
    known: database.prepare<[string], KnownRow>(KNOWN),
    head: database.prepare<[string, string], { sender_seq: number; envelope_hash: Buffer }>(
      'SELECT sender_seq, envelope_hash FROM device_head WHERE conversation_id = ? AND device_id = ?',
    ),
    fits: database.prepare<[string, string, Uint8Array, number]>(`
      SELECT 1 FROM group_head head JOIN member own ON own.conversation_id = head.conversation_id AND own.user_id = ?
      WHERE head.conversation_id = ? AND head.entry_hash = ? AND head.epoch = ? AND head.epoch_log_seq = head.log_seq`),
    nextSeq: database
      .prepare<[number, string], number>(
        'UPDATE conversation SET last_seq = last_seq + 1, last_at_ms = max(last_at_ms, ?) WHERE conversation_id = ? RETURNING last_seq',
      )
      .pluck(),
    insert: database.prepare(`
      INSERT INTO message (conversation_id, seq, message_id, sender_user, sender_device, sender_seq, envelope_hash, accepted_at_ms, envelope)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    advance: database.prepare(`
      INSERT INTO device_head (conversation_id, device_id, user_id, sender_seq, envelope_hash) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET sender_seq = excluded.sender_seq, envelope_hash = excluded.envelope_hash`),
  };
}
