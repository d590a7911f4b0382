import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import type { ConversationSummary, ListConversations } from '@secureconnect/contracts/messaging';
import type { Store } from '@secureconnect/platform/store/store';
import { ConversationRow, MemberRow } from './messaging-entities.js';

interface ListedRow {
  conversation_id: ConversationId;
  last_seq: number;
  created_at_ms: number;
  last_at_ms: number;
}

/** Memberships of this many conversations are remembered; a direct conversation's never change. */
const REMEMBERED_MAX = 50_000;
/** Conversations looked at in one turn for who else is in them. */
const COMPANIONS_PAGE = 50;
const LATEST = { lastAtMs: Number.MAX_SAFE_INTEGER, conversationId: 'g' };

/** Conversations and who is in them. */
export class ConversationStore {
  readonly #members = new Map<string, readonly UserId[]>();
  readonly #listed;
  readonly #membersOf;
  readonly #companions;

  constructor(private readonly store: Store) {
    this.#listed = store.reader.prepare<[string, number, number, string, number], ListedRow>(`
      SELECT c.conversation_id, c.last_seq, c.created_at_ms, c.last_at_ms
      FROM member m JOIN conversation c ON c.conversation_id = m.conversation_id
      WHERE m.user_id = ? AND (c.last_at_ms < ? OR (c.last_at_ms = ? AND c.conversation_id < ?))
      ORDER BY c.last_at_ms DESC, c.conversation_id DESC LIMIT ?`);
    this.#membersOf = store.reader
      .prepare<[string], UserId>('SELECT user_id FROM member WHERE conversation_id = ? ORDER BY user_id')
      .pluck();
    this.#companions = store.reader.prepare<
      [string, string, number],
      { conversation_id: ConversationId; user_id: UserId }
    >(`
      SELECT other.conversation_id, other.user_id
      FROM (SELECT conversation_id FROM member WHERE user_id = ? AND conversation_id > ? ORDER BY conversation_id LIMIT ?) AS own
      JOIN member other ON other.conversation_id = own.conversation_id`);
  }

  /** Opens the conversation unless it is there. @returns whether it was new */
  openDirect(conversationId: ConversationId, members: readonly [UserId, UserId], nowMs: number): Promise<boolean> {
    return this.store.writes.run(async (manager) => {
      if (await manager.existsBy(ConversationRow, { conversationId })) return false;
      await manager.insert(ConversationRow, {
        conversationId,
        kind: 'direct',
        lastSeq: 0,
        createdAtMs: nowMs,
        lastAtMs: nowMs,
      });
      await manager.insert(
        MemberRow,
        members.map((userId) => ({ conversationId, userId })),
      );
      return true;
    });
  }

  /** By rising user id; empty for an unknown conversation. */
  membersOf(conversationId: string): readonly UserId[] {
    const known = this.#members.get(conversationId);
    if (known !== undefined) return known;
    const members = this.#membersOf.all(conversationId);
    if (members.length > 0) {
      if (this.#members.size >= REMEMBERED_MAX) this.#members.clear();
      this.#members.set(conversationId, members);
    }
    return members;
  }

  /** Who is in a page of a user's conversations, the user too. `next`: where the page after it begins; null after the last. */
  companions(userId: UserId, after: ConversationId | null): { userIds: UserId[]; next: ConversationId | null } {
    const rows = this.#companions.all(userId, after ?? '', COMPANIONS_PAGE);
    const seen = new Set(rows.map((row) => row.conversation_id));
    const userIds = [...new Set(rows.map((row) => row.user_id))];
    const last = [...seen].reduce((highest, id) => (id > highest ? id : highest), '' as ConversationId);
    return { userIds, next: seen.size < COMPANIONS_PAGE ? null : last };
  }

  async find(conversationId: ConversationId): Promise<ConversationSummary | null> {
    const row = await this.store.reads.findOneBy(ConversationRow, { conversationId });
    if (row === null) return null;
    return {
      conversationId,
      kind: 'direct',
      members: [...this.membersOf(conversationId)],
      lastSeq: row.lastSeq,
      createdAtMs: row.createdAtMs,
      lastAtMs: row.lastAtMs,
    };
  }

  /** A page of a user's conversations, newest first. */
  list(userId: UserId, page: ListConversations): { conversations: ConversationSummary[]; more: boolean } {
    const after = page.cursor ?? LATEST;
    const rows = this.#listed.all(userId, after.lastAtMs, after.lastAtMs, after.conversationId, page.limit + 1);
    const conversations = rows.slice(0, page.limit).map((row) => ({
      conversationId: row.conversation_id,
      kind: 'direct' as const,
      members: [...this.membersOf(row.conversation_id)],
      lastSeq: row.last_seq,
      createdAtMs: row.created_at_ms,
      lastAtMs: row.last_at_ms,
    }));
    return { conversations, more: rows.length > page.limit };
  }
}
