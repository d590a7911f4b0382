import type Sqlite from 'better-sqlite3';
import type { ConversationId } from '@secureconnect/contracts/ids';
import type { Store } from '@secureconnect/platform/store/store';

export interface ReceiptToKeep {
  readonly conversationId: string;
  readonly deviceId: string;
  readonly userId: string;
  readonly senderSeq: number;
  /** Of a receipt in a group: the epoch whose key opens it. */
  readonly epoch?: number;
  readonly envelope: Uint8Array;
}

/** Receipts handed out with a page, the newest of each device: so many, and so many bytes. */
const RECEIPTS_MAX = 512;
const RECEIPTS_MAX_BYTES = 1_000_000;

/** The newest receipt of each device in each conversation. */
export class ReceiptStore {
  readonly #newest;
  readonly #newestSince;
  #writing: ReturnType<typeof prepareWrites> | undefined;

  constructor(private readonly store: Store) {
    this.#newest = store.reader
      .prepare<[string, number], Buffer>(
        'SELECT envelope FROM receipt WHERE conversation_id = ? ORDER BY rowid DESC LIMIT ?',
      )
      .pluck();
    this.#newestSince = store.reader
      .prepare<[string, number, number], Buffer>(
        'SELECT envelope FROM receipt WHERE conversation_id = ? AND epoch > ? ORDER BY rowid DESC LIMIT ?',
      )
      .pluck();
  }

  /** Keeps a receipt unless a newer one (or this one) is kept already. @returns whether it was new */
  keep(receipt: ReceiptToKeep): Promise<boolean> {
    return this.store.writes.commit((database) => {
      const sql = (this.#writing ??= prepareWrites(database));
      const { conversationId, deviceId, userId, senderSeq, epoch = 0, envelope } = receipt;
      // Not changed in place: a row's number says when it was kept.
      sql.forgetOlder.run(conversationId, deviceId, senderSeq);
      return sql.keep.run(conversationId, deviceId, userId, senderSeq, epoch, envelope).changes > 0;
    });
  }

  /**
   * The newest first. Of an account with very many devices those that were silent longest may be missing: what they have, the newer
   * ones have too, for a device that signs in reads everything.
   */
  newest(conversationId: ConversationId): Uint8Array[] {
    return bounded(this.#newest.iterate(conversationId, RECEIPTS_MAX));
  }

  /** The same of a group, for somebody who can open what is sealed in epochs after this one. */
  newestSince(conversationId: ConversationId, epoch: number): Uint8Array[] {
    return bounded(this.#newestSince.iterate(conversationId, epoch, RECEIPTS_MAX));
  }
}

function bounded(newestFirst: Iterable<Uint8Array>): Uint8Array[] {
  const receipts: Uint8Array[] = [];
  let bytes = 0;
  for (const receipt of newestFirst) {
    bytes += receipt.byteLength;
    if (bytes > RECEIPTS_MAX_BYTES) break;
    receipts.push(receipt);
  }
  return receipts;
}

function prepareWrites(database: Sqlite.Database) {
  return {
    forgetOlder: database.prepare<[string, string, number]>(
      'DELETE FROM receipt WHERE conversation_id = ? AND device_id = ? AND sender_seq < ?',
    ),
    keep: database.prepare<[string, string, string, number, number, Uint8Array]>(`
      INSERT INTO receipt (conversation_id, device_id, user_id, sender_seq, epoch, envelope) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (conversation_id, device_id) DO NOTHING`),
  };
}
