import type Sqlite from 'better-sqlite3';
import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import type { ConversationSummary, ListConversations } from '@secureconnect/contracts/messaging';
import type { Store } from '@secureconnect/platform/store/store';
import { ConversationRow, MemberRow } from './messaging-entities.js';

interface ListedRow {
  conversation_id: ConversationId;
  kind: 'direct' | 'group';
  last_seq: number;
  created_at_ms: number;
  last_at_ms: number;
  /** Of a group that the user is no longer in: the entry of its log that ended it. */
  until_log_seq: number | null;
}

/** Memberships of this many conversations are remembered; a direct conversation's never change. */
const REMEMBERED_MAX = 50_000;
/** Conversations looked at in one turn for who else is in them. */
const COMPANIONS_PAGE = 50;
const LATEST = { lastAtMs: Number.MAX_SAFE_INTEGER, conversationId: 'g' };

/** Conversations and who is in them. */
export class ConversationStore {
  readonly #members = new Map<string, readonly UserId[]>();
  readonly #sql;

  constructor(private readonly store: Store) {
    this.#sql = prepareReads(store.reader);
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

  /** Of a direct conversation, by rising user id; empty for any other. */
  membersOf(conversationId: string): readonly UserId[] {
    const known = this.#members.get(conversationId);
    if (known !== undefined) return known;
    const members = this.#sql.directMembers.all(conversationId);
    if (members.length > 0) {
      if (this.#members.size >= REMEMBERED_MAX) this.#members.clear();
      this.#members.set(conversationId, members);
    }
    return members;
  }

  /** Of any conversation, as it is now, by rising user id; empty for an unknown one. */
  membersNow(conversationId: string): readonly UserId[] {
    return this.#members.get(conversationId) ?? this.#sql.members.all(conversationId);
  }

  /** Those who may read the message at this position of any conversation. */
  readersOf(conversationId: string, seq: number): readonly UserId[] {
    const direct = this.membersOf(conversationId);
    return direct.length > 0 ? direct : this.#sql.groupReaders.all(conversationId, seq, seq);
  }

  /** Who is in a page of a user's conversations, the user too. `next`: where the page after it begins; null after the last. */
  companions(userId: UserId, after: ConversationId | null): { userIds: UserId[]; next: ConversationId | null } {
    const rows = this.#sql.companions.all(userId, after ?? '', COMPANIONS_PAGE);
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
      kind: row.kind,
      members: [...this.membersNow(conversationId)],
      lastSeq: row.lastSeq,
      createdAtMs: row.createdAtMs,
      lastAtMs: row.lastAtMs,
    };
  }

  /**
   * A page of a user's conversations, newest first. A group that the user is no longer in stands there as it was when the user left:
   * nothing that came after is in it.
   */
  list(userId: UserId, page: ListConversations): { conversations: ConversationSummary[]; more: boolean } {
    const after = page.cursor ?? LATEST;
    const { lastAtMs, conversationId } = after;
    const rows = this.#sql.listed.all(userId, userId, lastAtMs, lastAtMs, conversationId, page.limit + 1);
    const conversations = rows.slice(0, page.limit).map((row) => ({
      conversationId: row.conversation_id,
      kind: row.kind,
      members: [...this.#listedMembers(row)],
      lastSeq: row.last_seq,
      createdAtMs: row.created_at_ms,
      lastAtMs: row.last_at_ms,
    }));
    return { conversations, more: rows.length > page.limit };
  }

  #listedMembers({ conversation_id: id, kind, until_log_seq: until }: ListedRow): readonly UserId[] {
    if (kind === 'direct') return this.membersOf(id);
    return until === null ? this.#sql.members.all(id) : this.#sql.membersAt.all(id, until, until);
  }
}

function prepareReads(reader: Sqlite.Database) {
  return {
    listed: reader.prepare<[string, string, number, number, string, number], ListedRow>(`
      SELECT * FROM (
        SELECT c.conversation_id, c.kind, c.last_seq, c.created_at_ms, c.last_at_ms, NULL AS until_log_seq
        FROM member m JOIN conversation c ON c.conversation_id = m.conversation_id
        WHERE m.user_id = ?
        UNION ALL
        SELECT g.conversation_id, 'group', g.until_seq, c.created_at_ms, g.until_at_ms, max(g.until_log_seq)
        FROM group_member g JOIN conversation c ON c.conversation_id = g.conversation_id
        WHERE g.user_id = ? AND NOT EXISTS (
          SELECT 1 FROM member m WHERE m.conversation_id = g.conversation_id AND m.user_id = g.user_id)
        GROUP BY g.conversation_id
      )
      WHERE last_at_ms < ? OR (last_at_ms = ? AND conversation_id < ?)
      ORDER BY last_at_ms DESC, conversation_id DESC LIMIT ?`),
    directMembers: reader
      .prepare<[string], UserId>(
        `SELECT m.user_id FROM conversation c JOIN member m ON m.conversation_id = c.conversation_id
         WHERE c.conversation_id = ? AND c.kind = 'direct' ORDER BY m.user_id`,
      )
      .pluck(),
    members: reader
      .prepare<[string], UserId>('SELECT user_id FROM member WHERE conversation_id = ? ORDER BY user_id')
      .pluck(),
    membersAt: reader
      .prepare<[string, number, number], UserId>(
        `SELECT user_id FROM group_member
         WHERE conversation_id = ? AND since_log_seq <= ? AND (until_log_seq IS NULL OR until_log_seq > ?) ORDER BY user_id`,
      )
      .pluck(),
    groupReaders: reader
      .prepare<[string, number, number], UserId>(
        `SELECT DISTINCT user_id FROM group_member
         WHERE conversation_id = ? AND since_seq < ? AND (until_seq IS NULL OR until_seq >= ?)`,
      )
      .pluck(),
    companions: reader.prepare<[string, string, number], { conversation_id: ConversationId; user_id: UserId }>(`
      SELECT other.conversation_id, other.user_id
      FROM (SELECT conversation_id FROM member WHERE user_id = ? AND conversation_id > ? ORDER BY conversation_id LIMIT ?) AS own
      JOIN member other ON other.conversation_id = own.conversation_id`),
  };
}
