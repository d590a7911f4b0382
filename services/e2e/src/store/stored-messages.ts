import { readStore } from './open-read-only.js';

export interface StoredRow {
  readonly conversationId: string;
  readonly seq: number;
  readonly messageId: string;
  readonly senderUser: string;
}

/** Every message that the messaging store holds. */
export function storedMessages(file: string): StoredRow[] {
  return readStore(
    file,
    (database) =>
      database
        .prepare(
          `SELECT conversation_id AS conversationId, seq, message_id AS messageId, sender_user AS senderUser
           FROM message ORDER BY conversation_id, seq`,
        )
        .all() as StoredRow[],
  );
}
