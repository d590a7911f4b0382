import { LIMITS } from '@secureconnect/contracts/limits';
import type { ConversationId } from '@secureconnect/contracts/ids';
import type { StoredMessage, SyncConversation } from '@secureconnect/contracts/messaging';
import type { Store } from '@secureconnect/platform/store/store';
import type { Span } from '../groups/roster.js';

interface PageRow {
  seq: number;
  accepted_at_ms: number;
  envelope: Buffer<ArrayBuffer>;
}

/** Pages of a group's messages, of those parts alone that somebody may read. */
export class GroupPages {
  readonly #forward;
  readonly #backward;
  readonly #lastSeq;

  constructor({ reader }: Store) {
    const page =
      'SELECT seq, accepted_at_ms, envelope FROM message WHERE conversation_id = ? AND seq > ? AND seq <= ? ORDER BY seq';
    this.#forward = reader.prepare<[string, number, number, number], PageRow>(`${page} LIMIT ?`);
    this.#backward = reader.prepare<[string, number, number, number], PageRow>(`${page} DESC LIMIT ?`);
    this.#lastSeq = reader
      .prepare<[string], number>('SELECT last_seq FROM conversation WHERE conversation_id = ?')
      .pluck();
  }

  /** A page by rising seq, bounded in count and bytes (one message always fits). */
  page(
    conversationId: ConversationId,
    from: SyncConversation['from'],
    limit: number,
    spans: readonly Span[],
  ): StoredMessage[] {
    const forward = 'afterSeq' in from;
    const messages: StoredMessage[] = [];
    let bytes = 0;
    for (const { after, upTo } of forward ? spans : spans.toReversed()) {
      const [low, high] = forward
        ? [Math.max(after, from.afterSeq), upTo]
        : [after, Math.min(upTo, from.beforeSeq - 1)];
      if (low >= high || messages.length >= limit) continue;
      const statement = forward ? this.#forward : this.#backward;
      for (const row of statement.iterate(conversationId, low, high, limit - messages.length)) {
        bytes += row.envelope.byteLength;
        if (messages.length > 0 && bytes > LIMITS.syncPageMaxBytes) return forward ? messages : messages.reverse();
        messages.push({ seq: row.seq, acceptedAtMs: row.accepted_at_ms, envelope: row.envelope });
      }
    }
    return forward ? messages : messages.reverse();
  }

  lastSeq(conversationId: ConversationId): number {
    return this.#lastSeq.get(conversationId) ?? 0;
  }
}
