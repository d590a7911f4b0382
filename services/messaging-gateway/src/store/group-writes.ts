import type Sqlite from 'better-sqlite3';
import type { ConversationId } from '@secureconnect/contracts/ids';
import { sameBytes, type Bytes32 } from '@secureconnect/contracts/signed/bytes';
import type { MemberKeys } from '@secureconnect/contracts/signed/group-entry';
import type { EpochWrap, GroupEpoch } from '@secureconnect/contracts/signed/group-epoch';
import type { GroupState, HashedEntry } from '@secureconnect/contracts/signed/group-rules';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type { Store } from '@secureconnect/platform/store/store';
import { GROUP_HEAD, type HeadRow } from './group-store.js';

/** Entries whose signatures and rules were checked, and what the log comes to before (null: nothing) and after them. */
export interface CheckedEntries {
  readonly groupId: ConversationId;
  readonly before: GroupState | null;
  readonly entries: readonly HashedEntry[];
  readonly after: GroupState;
}

/** An epoch whose signatures and rules were checked on top of `state`. */
export interface CheckedEpoch {
  readonly groupId: ConversationId;
  readonly state: GroupState;
  readonly epoch: GroupEpoch;
  readonly hash: Bytes32;
  readonly wraps: readonly { readonly wrap: EpochWrap; readonly path: readonly Bytes32[] }[];
}

/** `moved`: the group is no longer what it was checked against, and nothing was written. */
export type GroupWrite = 'written' | 'moved';

/** Writes of groups: what was checked is written only if the group still is what it was checked against. */
export class GroupWrites {
  #sql: ReturnType<typeof prepareWrites> | undefined;

  constructor(private readonly store: Store) {}

  append(checked: CheckedEntries, nowMs: number): Promise<GroupWrite> {
    return this.store.writes.commit((database) => {
      const sql = (this.#sql ??= prepareWrites(database));
      const { groupId, before, entries, after } = checked;
      const head = sql.head.get(groupId);
      if (!stillIs(head, before)) return 'moved';
      if (head === undefined) {
        if (sql.conversation.get(groupId) !== undefined) return 'moved';
        sql.open.run(groupId, nowMs, nowMs);
        sql.openHead.run(groupId, idToHex(after.creator), after.createdAtMs, after.head);
      }
      const place = { seq: sql.conversation.get(groupId)!, epoch: head?.epoch ?? 0, nowMs };
      for (const { entry } of entries) {
        sql.insertEntry.run(groupId, entry.seq, entry.bytes);
        this.#applyMembership(sql, checked, entry, place);
      }
      sql.moveHead.run(after.seq, after.head, after.name.seq, after.anyoneRenames ? 1 : 0, groupId);
      return 'written';
    });
  }

  rotate(checked: CheckedEpoch, nowMs: number): Promise<GroupWrite> {
    return this.store.writes.commit((database) => {
      const sql = (this.#sql ??= prepareWrites(database));
      const { groupId, state, epoch, hash, wraps } = checked;
      const head = sql.head.get(groupId);
      if (!stillIs(head, state) || head?.epoch !== epoch.epoch - 1) return 'moved';
      sql.insertEpoch.run(groupId, epoch.epoch, epoch.size, nowMs, epoch.bytes);
      wraps.forEach(({ wrap, path }, leaf) => {
        sql.insertWrap.run(groupId, epoch.epoch, idToHex(wrap.userId), leaf, Buffer.concat(path), wrap.bytes);
      });
      sql.moveEpoch.run(epoch.epoch, hash, epoch.groupSeq, groupId);
      return 'written';
    });
  }

  #applyMembership(
    sql: ReturnType<typeof prepareWrites>,
    { groupId, after }: CheckedEntries,
    entry: HashedEntry['entry'],
    place: { readonly seq: number; readonly epoch: number; readonly nowMs: number },
  ): void {
    const { payload, seq } = entry;
    const actor = idToHex(entry.actorUser);
    const begin = (userId: string, role: string, keys: MemberKeys): void => {
      sql.begin.run(groupId, userId, seq, place.seq, place.epoch, role, keys.pin, keys.bundleVer, keys.bundleHash);
      sql.addMember.run(groupId, userId);
    };
    const end = (userId: string): void => {
      sql.end.run(seq, place.seq, place.epoch, place.nowMs, groupId, userId);
      sql.removeMember.run(groupId, userId);
    };
    switch (payload.type) {
      case 'create':
        begin(actor, 'owner', payload.creator);
        break;
      case 'add':
        begin(idToHex(payload.userId), 'member', payload.keys);
        break;
      case 'remove':
        end(idToHex(payload.userId));
        break;
      case 'leave':
        end(actor);
        break;
      case 'role':
        // Giving ownership away changes the giver's role too.
        for (const userId of [idToHex(payload.userId), actor]) {
          const member = after.members.get(userId);
          if (member !== undefined) sql.setRole.run(member.role, groupId, userId);
        }
        break;
      case 'rename':
      case 'policy':
    }
  }
}

function stillIs(head: HeadRow | undefined, state: GroupState | null): boolean {
  if (head === undefined || state === null) return head === undefined && state === null;
  return head.log_seq === state.seq && sameBytes(head.entry_hash, state.head);
}

function prepareWrites(database: Sqlite.Database) {
  return {
    head: database.prepare<[string], HeadRow>(GROUP_HEAD),
    conversation: database
      .prepare<[string], number>('SELECT last_seq FROM conversation WHERE conversation_id = ?')
      .pluck(),
    open: database.prepare(
      `INSERT INTO conversation (conversation_id, kind, last_seq, created_at_ms, last_at_ms) VALUES (?, 'group', 0, ?, ?)`,
    ),
    openHead: database.prepare(
      `INSERT INTO group_head (conversation_id, creator, created_at_ms, log_seq, entry_hash, name_seq, anyone_renames) VALUES (?, ?, ?, 0, ?, 1, 0)`,
    ),
    insertEntry: database.prepare('INSERT INTO group_log (conversation_id, log_seq, entry) VALUES (?, ?, ?)'),
    moveHead: database.prepare(
      'UPDATE group_head SET log_seq = ?, entry_hash = ?, name_seq = ?, anyone_renames = ? WHERE conversation_id = ?',
    ),
    begin: database.prepare(`
      INSERT INTO group_member (conversation_id, user_id, since_log_seq, since_seq, since_epoch, role, pin, bundle_ver, bundle_hash)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    end: database.prepare(`
      UPDATE group_member SET until_log_seq = ?, until_seq = ?, until_epoch = ?, until_at_ms = ?
      WHERE conversation_id = ? AND user_id = ? AND until_log_seq IS NULL`),
    setRole: database.prepare(
      'UPDATE group_member SET role = ? WHERE conversation_id = ? AND user_id = ? AND until_log_seq IS NULL',
    ),
    addMember: database.prepare('INSERT INTO member (conversation_id, user_id) VALUES (?, ?)'),
    removeMember: database.prepare('DELETE FROM member WHERE conversation_id = ? AND user_id = ?'),
    insertEpoch: database.prepare(
      'INSERT INTO group_epoch (conversation_id, epoch, size, accepted_at_ms, bytes) VALUES (?, ?, ?, ?, ?)',
    ),
    insertWrap: database.prepare(
      'INSERT INTO epoch_wrap (conversation_id, epoch, user_id, leaf, path, wrap) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    moveEpoch: database.prepare(
      'UPDATE group_head SET epoch = ?, epoch_hash = ?, epoch_log_seq = ? WHERE conversation_id = ?',
    ),
  };
}
