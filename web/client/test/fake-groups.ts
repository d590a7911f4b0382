import { createHash } from 'node:crypto';
import { compareBytes, sameBytes, type Bytes16, type Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { refuseEpoch, type EpochMark } from '@secureconnect/contracts/signed/epoch-rules';
import type { EnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import { groupEntryHashPreimage, groupIdPreimage, readGroupEntry } from '@secureconnect/contracts/signed/group-entry';
import { epochHashPreimage, readEpochWraps, readGroupEpoch } from '@secureconnect/contracts/signed/group-epoch';
import { foldGroup, type GroupState, type HashedEntry } from '@secureconnect/contracts/signed/group-rules';
import { growTree, hashedWith, treePath } from '@secureconnect/contracts/signed/hash-tree';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type { Conversation } from './fake-state.js';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest()) as Bytes32;

interface FakeEpoch {
  mark: EpochMark;
  head: Bytes32;
  bytes: Uint8Array;
  wraps: Map<string, { wrap: Uint8Array; proof: readonly Uint8Array[]; index: number }>;
}

export interface FakeGroup {
  state: GroupState;
  entries: Uint8Array[];
  epochs: FakeEpoch[];
  /** Who was taken out: up to which entry and message they read. */
  left: Map<string, { seq: number; lastSeq: number }>;
  /** From which message on a member reads. */
  since: Map<string, number>;
}

export interface GroupHost {
  readonly conversations: Map<string, Conversation>;
  readonly groups: Map<string, FakeGroup>;
  emit(userIds: readonly string[], event: string, body: unknown): void;
}

function hashed(bytes: Uint8Array): HashedEntry {
  const entry = readGroupEntry(bytes);
  const { payload } = entry;
  const derivedId =
    payload.type === 'create'
      ? (sha256(groupIdPreimage(entry.actorUser, payload.random)).slice(0, 16) as Bytes16)
      : null;
  return { entry, hash: sha256(groupEntryHashPreimage(entry.bytes)), derivedId };
}

/** The rules of groups as the gateway keeps them, without signatures: clients check those themselves. */
export function groupCommands(host: GroupHost, userId: string) {
  const need = (groupId: string) => {
    const group = host.groups.get(groupId);
    if (!group || (!group.state.members.has(userId) && !group.left.has(userId)))
      throw new Error('conversation-unknown');
    return group;
  };
  const tell = (groupId: string, { epochs, state }: FakeGroup, more: readonly string[] = []) =>
    host.emit([...state.members.keys(), ...more], 'group:changed', {
      groupId,
      lastSeq: state.seq,
      lastEpoch: epochs.length,
    });
  return {
    'group:append': ({ groupId, entries }: { groupId: string; entries: Uint8Array[] }) => {
      const before = host.groups.get(groupId);
      const read = entries.map((bytes) => hashed(new Uint8Array(bytes)));
      const [first, ...rest] = read as [HashedEntry, ...HashedEntry[]];
      if (before && first.entry.seq <= before.state.seq) {
        const isSame = compareBytes(before.entries[first.entry.seq - 1]!, first.entry.bytes) === 0;
        if (!isSame) throw new Error('group-conflict');
        return { ok: true as const, lastSeq: before.state.seq };
      }
      if (read.some(({ entry }) => idToHex(entry.actorUser) !== userId)) throw new Error('group-refused');
      const fold = before ? foldGroup(before.state, read) : foldGroup(null, [first, ...rest]);
      if (!fold.ok)
        throw new Error(['forked', 'out-of-order'].includes(fold.refusal) ? 'group-conflict' : 'group-refused');
      const group: FakeGroup = before ?? {
        state: fold.state,
        entries: [],
        epochs: [],
        left: new Map(),
        since: new Map(),
      };
      const old = before ? [...before.state.members.keys()] : [];
      const members = [...fold.state.members.keys()];
      group.state = fold.state;
      group.entries.push(...read.map(({ entry }) => entry.bytes));
      host.groups.set(groupId, group);
      const nowMs = Date.now();
      const conversation = host.conversations.get(groupId) ?? {
        summary: { conversationId: groupId, kind: 'group', members, lastSeq: 0, createdAtMs: nowMs, lastAtMs: nowMs },
        messages: [],
        heads: new Map(),
        receipts: new Map(),
      };
      conversation.summary = { ...conversation.summary, members } as Conversation['summary'];
      host.conversations.set(groupId, conversation as Conversation);
      const gone = old.filter((id) => !members.includes(id));
      for (const id of gone) group.left.set(id, { seq: fold.state.seq, lastSeq: conversation.messages.length });
      const come = members.filter((id) => !old.includes(id));
      for (const id of come) {
        group.left.delete(id);
        group.since.set(id, conversation.messages.length);
      }
      if (come.length > 0) host.emit(come, 'conversation:opened', { conversation: conversation.summary });
      tell(groupId, group, gone);
      return { ok: true as const, lastSeq: group.state.seq };
    },
    'group:rotate': ({
      groupId,
      epoch: bytes,
      wraps: given,
    }: {
      groupId: string;
      epoch: Uint8Array;
      wraps: Uint8Array;
    }) => {
      const group = need(groupId);
      const epoch = readGroupEpoch(new Uint8Array(bytes));
      const wraps = readEpochWraps(new Uint8Array(given));
      const tree = hashedWith(growTree(wraps.map(({ bytes: wrap }) => wrap)), sha256);
      const refusal = refuseEpoch(group.state, group.epochs.at(-1)?.mark ?? null, epoch, { wraps, root: tree.root });
      if (refusal === 'stale') throw new Error('epoch-stale');
      if (refusal !== null) throw new Error(refusal === 'out-of-order' ? 'group-conflict' : 'group-refused');
      group.epochs.push({
        mark: { epoch: epoch.epoch, hash: sha256(epochHashPreimage(epoch.bytes)) },
        head: epoch.groupHead,
        bytes: epoch.bytes,
        wraps: new Map<string, { wrap: Uint8Array; proof: readonly Uint8Array[]; index: number }>(
          wraps.map((wrap, index) => [idToHex(wrap.userId), { wrap: wrap.bytes, proof: treePath(tree, index), index }]),
        ),
      });
      tell(groupId, group);
      return { ok: true as const };
    },
    'group:log': ({ afterSeq, groupId, limit }: { groupId: string; afterSeq: number; limit: number }) => {
      const group = need(groupId);
      const entries = group.entries.slice(0, group.left.get(userId)?.seq ?? group.entries.length);
      return {
        ok: true as const,
        entries: entries.slice(afterSeq, afterSeq + limit),
        lastSeq: entries.length,
        lastEpoch: group.epochs.length,
      };
    },
    'group:epoch': ({ groupId, epoch }: { groupId: string; epoch: number }) => {
      const found = need(groupId).epochs[epoch - 1];
      const own = found?.wraps.get(userId);
      if (!found || !own) throw new Error('not-a-member');
      return { ok: true as const, epoch: found.bytes, ...own, size: found.wraps.size };
    },
  };
}

/** What of a group's messages a user may not have: before joining, and after leaving. */
export function isClosedTo(group: FakeGroup, userId: string, seq: number): boolean {
  return seq <= (group.since.get(userId) ?? 0) || seq > (group.left.get(userId)?.lastSeq ?? Infinity);
}

/** @throws the code with which the gateway refuses an envelope for the group */
export function admitToGroup({ epochs, state }: FakeGroup, userId: string, header: EnvelopeHeader): void {
  if (!state.members.has(userId)) throw new Error('conversation-unknown');
  const newest = epochs.at(-1);
  const isNewest = header.epoch === newest?.mark.epoch && sameBytes(header.groupHead, state.head);
  if (!isNewest) throw new Error('epoch-stale');
}
