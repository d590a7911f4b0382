import type Sqlite from 'better-sqlite3';
import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import { asBytes16, asBytes32, type Bytes } from '@secureconnect/contracts/signed/bytes';
import type { EpochMark } from '@secureconnect/contracts/signed/epoch-rules';
import { readGroupEntry, type GroupRole } from '@secureconnect/contracts/signed/group-entry';
import type { GroupMember, GroupState } from '@secureconnect/contracts/signed/group-rules';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import type { Store } from '@secureconnect/platform/store/store';
import type { Membership, Roster } from '../groups/roster.js';

/** A group as the log makes it, with its newest epoch. */
export interface StoredGroup {
  readonly state: GroupState;
  readonly epoch: EpochMark | null;
}

export interface StoredEpoch {
  readonly epoch: Buffer<ArrayBuffer>;
  readonly wrap: Buffer<ArrayBuffer>;
  readonly index: number;
  readonly size: number;
  readonly proof: Uint8Array<ArrayBuffer>[];
}

export interface HeadRow {
  creator: string;
  created_at_ms: number;
  log_seq: number;
  entry_hash: Buffer;
  name_seq: number;
  anyone_renames: number;
  epoch: number;
  epoch_hash: Buffer | null;
  epoch_log_seq: number;
}
interface MemberRow {
  user_id: UserId;
  since_log_seq: number;
  role: GroupRole;
  pin: Buffer;
  bundle_ver: number;
  bundle_hash: Buffer;
}
interface MembershipRow {
  since_log_seq: number;
  since_seq: number;
  since_epoch: number;
  until_log_seq: number | null;
  until_seq: number | null;
  until_epoch: number | null;
  until_at_ms: number | null;
}
interface EpochRow {
  bytes: Buffer<ArrayBuffer>;
  size: number;
  leaf: number;
  path: Buffer;
  wrap: Buffer<ArrayBuffer>;
}

export const GROUP_HEAD = 'SELECT * FROM group_head WHERE conversation_id = ?';
/** Groups whose members are remembered; they are as good as the position of the log that stands beside them. */
const REMEMBERED_MAX = 2_000;
const HASH_BYTES = 32;

/** Reads of groups. */
export class GroupStore {
  readonly #rosters = new Map<string, Roster>();
  readonly #sql;

  constructor(private readonly store: Store) {
    this.#sql = prepareReads(store.reader);
  }

  /** What an envelope for the group must fit; null when there is no such group. One small read, unless the group moved. */
  roster(conversationId: string): Roster | null {
    const head = this.#sql.head.get(conversationId);
    if (head === undefined) return null;
    const known = this.#rosters.get(conversationId);
    if (known?.seq === head.log_seq && known.epoch === head.epoch) return known;
    const roster = this.#atOneMoment(() => this.#readRoster(conversationId));
    if (this.#rosters.size >= REMEMBERED_MAX) this.#rosters.clear();
    this.#rosters.set(conversationId, roster);
    return roster;
  }

  /** What the rules of the log go on from; null when there is no such group. */
  group(conversationId: ConversationId): StoredGroup | null {
    return this.#atOneMoment(() => {
      const head = this.#sql.head.get(conversationId);
      return head === undefined ? null : this.#readGroup(conversationId, head);
    });
  }

  memberships(conversationId: string, userId: UserId): Membership[] {
    return this.#sql.memberships.all(conversationId, userId).map(toMembership);
  }

  /** Those who may read the message at this position. */
  readersOf(conversationId: string, seq: number): UserId[] {
    return this.#sql.readers.all(conversationId, seq, seq);
  }

  /** Who was in after the entry at `logSeq`. */
  membersAt(conversationId: string, logSeq: number): UserId[] {
    return this.#sql.membersAt.all(conversationId, logSeq, logSeq);
  }

  /** Entries after a position, by rising position. */
  entries(conversationId: ConversationId, afterSeq: number, limit: number): Buffer<ArrayBuffer>[] {
    return this.#sql.entries.all(conversationId, afterSeq, limit);
  }

  /** The user's part of an epoch; null where there is none. */
  epochOf(conversationId: ConversationId, epoch: number, userId: UserId): StoredEpoch | null {
    const row = this.#sql.epoch.get(conversationId, epoch, userId);
    if (row === undefined) return null;
    const proof = Array.from({ length: row.path.length / HASH_BYTES }, (_, at) =>
      Uint8Array.from(row.path.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)),
    );
    return { epoch: row.bytes, wrap: row.wrap, index: row.leaf, size: row.size, proof };
  }

  /** An epoch as it was signed; null where there is none. */
  epochBytes(conversationId: ConversationId, epoch: number): Buffer | null {
    return this.#sql.epochBytes.get(conversationId, epoch) ?? null;
  }

  #readRoster(conversationId: string): Roster {
    const head = this.#sql.head.get(conversationId)!;
    return {
      seq: head.log_seq,
      head: head.entry_hash,
      epoch: head.epoch,
      epochSeq: head.epoch_log_seq,
      members: this.#sql.memberIds.all(conversationId),
    };
  }

  #readGroup(conversationId: ConversationId, head: HeadRow): StoredGroup {
    const named = readGroupEntry(this.#sql.entries.get(conversationId, head.name_seq - 1, 1)!);
    const { payload } = named;
    if (payload.type !== 'create' && payload.type !== 'rename') throw new Error('a name that is none');
    const members = this.#sql.members
      .all(conversationId)
      .map((row): [string, GroupMember] => [row.user_id, toMember(row)]);
    return {
      state: {
        groupId: idFromHex(conversationId),
        creator: idFromHex(head.creator),
        createdAtMs: head.created_at_ms,
        seq: head.log_seq,
        head: asBytes32(ownBytes(head.entry_hash)),
        members: new Map(members),
        name: {
          seq: named.seq,
          previousHash: named.previousHash,
          epoch: payload.type === 'rename' ? payload.nameEpoch : 0,
          sealed: payload.sealedName,
        },
        anyoneRenames: head.anyone_renames !== 0,
      },
      epoch: head.epoch_hash === null ? null : { epoch: head.epoch, hash: asBytes32(ownBytes(head.epoch_hash)) },
    };
  }

  /** Several reads that see the same commit. */
  #atOneMoment<T>(read: () => T): T {
    return this.store.reader.transaction(read)();
  }
}

function toMember(row: MemberRow): GroupMember {
  return {
    userId: asBytes16(ownBytes(Buffer.from(row.user_id, 'hex'))),
    role: row.role,
    sinceSeq: row.since_log_seq,
    pin: asBytes32(ownBytes(row.pin)),
    bundleVer: row.bundle_ver,
    bundleHash: asBytes32(ownBytes(row.bundle_hash)),
  };
}

function toMembership(row: MembershipRow): Membership {
  const { until_log_seq: logSeq, until_seq: seq, until_epoch: epoch, until_at_ms: atMs } = row;
  const isOver = logSeq !== null && seq !== null && epoch !== null && atMs !== null;
  return {
    sinceLogSeq: row.since_log_seq,
    sinceSeq: row.since_seq,
    sinceEpoch: row.since_epoch,
    until: isOver ? { logSeq, seq, epoch, atMs } : null,
  };
}

function ownBytes(bytes: Uint8Array): Bytes {
  return Uint8Array.from(bytes);
}

function prepareReads(reader: Sqlite.Database) {
  const inGroup = 'FROM group_member WHERE conversation_id = ?';
  return {
    head: reader.prepare<[string], HeadRow>(GROUP_HEAD),
    memberIds: reader
      .prepare<[string], UserId>('SELECT user_id FROM member WHERE conversation_id = ? ORDER BY user_id')
      .pluck(),
    members: reader.prepare<[string], MemberRow>(
      `SELECT user_id, since_log_seq, role, pin, bundle_ver, bundle_hash ${inGroup} AND until_log_seq IS NULL`,
    ),
    memberships: reader.prepare<[string, string], MembershipRow>(
      `SELECT since_log_seq, since_seq, since_epoch, until_log_seq, until_seq, until_epoch, until_at_ms ${inGroup} AND user_id = ?`,
    ),
    readers: reader
      .prepare<[string, number, number], UserId>(
        `SELECT DISTINCT user_id ${inGroup} AND since_seq < ? AND (until_seq IS NULL OR until_seq >= ?)`,
      )
      .pluck(),
    membersAt: reader
      .prepare<[string, number, number], UserId>(
        `SELECT user_id ${inGroup} AND since_log_seq <= ? AND (until_log_seq IS NULL OR until_log_seq > ?) ORDER BY user_id`,
      )
      .pluck(),
    entries: reader
      .prepare<[string, number, number], Buffer<ArrayBuffer>>(
        'SELECT entry FROM group_log WHERE conversation_id = ? AND log_seq > ? ORDER BY log_seq LIMIT ?',
      )
      .pluck(),
    epoch: reader.prepare<[string, number, string], EpochRow>(`
      SELECT epoch.bytes, epoch.size, own.leaf, own.path, own.wrap
      FROM epoch_wrap own JOIN group_epoch epoch ON epoch.conversation_id = own.conversation_id AND epoch.epoch = own.epoch
      WHERE own.conversation_id = ? AND own.epoch = ? AND own.user_id = ?`),
    epochBytes: reader
      .prepare<[string, number], Buffer>('SELECT bytes FROM group_epoch WHERE conversation_id = ? AND epoch = ?')
      .pluck(),
  };
}
