import type Sqlite from 'better-sqlite3';
import type { ConversationId } from '@secureconnect/contracts/ids';
import type { Store } from '@secureconnect/platform/store/store';

export interface ReceiptToKeep {
  readonly conversationId: string;
  readonly deviceId: string;
  readonly userId: string;
  readonly senderSeq: number;
  readonly envelope: Uint8Array;
}

/** Receipts handed out with a page, the newest of each device. */
const RECEIPTS_MAX = 512;

/** The newest receipt of each device in each conversation. */
export class ReceiptStore {
  readonly #all;
  #keep: Sqlite.Statement | undefined;

  constructor(private readonly store: Store) {
    this.#all = store.reader
      .prepare<[string, number], Buffer>(
        'SELECT envelope FROM receipt WHERE conversation_id = ? ORDER BY rowid DESC LIMIT ?',
      )
      .pluck();
  }

  /** Keeps a receipt unless a newer one (or this one) is kept already. @returns whether it was new */
  keep(receipt: ReceiptToKeep): Promise<boolean> {
    return this.store.writes.commit((database) => {
      this.#keep ??= database.prepare(`
        INSERT INTO receipt (conversation_id, device_id, user_id, sender_seq, envelope) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (conversation_id, device_id) DO UPDATE SET sender_seq = excluded.sender_seq, envelope = excluded.envelope
        WHERE excluded.sender_seq > receipt.sender_seq`);
      const { conversationId, deviceId, userId, senderSeq, envelope } = receipt;
      return this.#keep.run(conversationId, deviceId, userId, senderSeq, envelope).changes > 0;
    });
  }

  all(conversationId: ConversationId): Uint8Array[] {
    return this.#all.all(conversationId, RECEIPTS_MAX);
  }
}
