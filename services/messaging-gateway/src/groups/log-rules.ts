import { LIMITS } from '@secureconnect/contracts/limits';
import type { ProblemCode } from '@secureconnect/contracts/problem';
import { compareBytes, sameBytes, SignedFormatError, type Bytes32 } from '@secureconnect/contracts/signed/bytes';
import type { EpochRefusal } from '@secureconnect/contracts/signed/epoch-rules';
import {
  groupEntryHashPreimage,
  groupIdPreimage,
  readGroupEntry,
  type GroupEntry,
} from '@secureconnect/contracts/signed/group-entry';
import type { GroupRefusal, GroupState, HashedEntry } from '@secureconnect/contracts/signed/group-rules';
import { asBytes16 } from '@secureconnect/contracts/signed/bytes';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type { Sender } from '../mailbox/admission.js';

/** How far a client's clock may be ahead of ours: a later time would make an entry or epoch look newer than what follows. */
const AHEAD_MAX_MS = 300_000;
/** And how far behind, or how long a change may be on its way. */
const BEHIND_MAX_MS = 24 * 3_600_000;
/** A log is never so full that nobody can be removed any more. */
const RESERVED_ENTRIES = 512;

type Hash = (preimage: Uint8Array) => Bytes32;

/** Reads entries that the caller sent; null when one is malformed, of another group, of somebody else, or they do not follow each other. */
export function readEntries(
  sent: readonly Uint8Array[],
  groupId: string,
  caller: Sender,
  nowMs: number,
  hash: Hash,
): readonly [HashedEntry, ...HashedEntry[]] | null {
  const entries: HashedEntry[] = [];
  for (const bytes of sent) {
    const entry = readOrNull(bytes);
    if (entry === null || !isOwn(entry, groupId, caller) || !isOfNow(entry.timeMs, nowMs)) return null;
    const before = entries.at(-1)?.entry;
    if (before !== undefined && entry.seq !== before.seq + 1) return null;
    entries.push({ entry, hash: hash(groupEntryHashPreimage(entry.bytes)), derivedId: derivedId(entry, hash) });
  }
  const [first, ...rest] = entries;
  return first === undefined ? null : [first, ...rest];
}

/** Whether the log has room for these; at its end for those alone that take somebody out or a role away. */
export function hasRoom(entries: readonly HashedEntry[]): boolean {
  return entries.every(({ entry: { seq, payload } }) => {
    if (seq <= LIMITS.groupLogMax - RESERVED_ENTRIES) return true;
    return seq <= LIMITS.groupLogMax && ['remove', 'leave', 'role'].includes(payload.type);
  });
}

/** Why entries cannot follow the log as it is, before anybody looks at what they do. null when they can. */
export function refusePlace(
  state: GroupState | null,
  entries: readonly [HashedEntry, ...HashedEntry[]],
): 'group-conflict' | 'group-refused' | null {
  const { seq, previousHash } = entries[0].entry;
  if (state === null) return seq === 1 ? null : 'group-refused';
  if (seq !== state.seq + 1) return 'group-conflict';
  return sameBytes(previousHash, state.head) ? null : 'group-conflict';
}

/** Who is added, by the keys that the entry names. */
export function additions(entries: readonly HashedEntry[]) {
  return entries.flatMap(({ entry: { payload } }) => (payload.type === 'add' ? [payload] : []));
}

/** Everybody whose membership the entries touch, in hex. */
export function touchedUsers(entries: readonly HashedEntry[]): string[] {
  return entries.flatMap(({ entry: { payload, actorUser } }) =>
    payload.type === 'add' || payload.type === 'remove'
      ? [idToHex(payload.userId)]
      : payload.type === 'leave' || payload.type === 'create'
        ? [idToHex(actorUser)]
        : [],
  );
}

/** Whether any of the entries changes who is in. */
export function changesMembers(entries: readonly HashedEntry[]): boolean {
  return touchedUsers(entries).length > 0;
}

/** Two lists of bytes, entry by entry. */
export function sameEntries(left: readonly Uint8Array[], right: readonly Uint8Array[]): boolean {
  return left.length === right.length && left.every((bytes, index) => compareBytes(bytes, right[index]!) === 0);
}

export const GROUP_REFUSALS: Readonly<Record<GroupRefusal, ProblemCode>> = {
  'wrong-group': 'group-refused',
  'out-of-order': 'group-conflict',
  forked: 'group-conflict',
  'not-a-member': 'group-refused',
  'not-allowed': 'group-refused',
  'wrong-target': 'group-refused',
  'no-change': 'group-refused',
  'group-full': 'group-refused',
  'owner-must-stay': 'group-refused',
};

export const EPOCH_REFUSALS: Readonly<Record<EpochRefusal, ProblemCode>> = {
  'wrong-group': 'group-refused',
  'out-of-order': 'group-conflict',
  stale: 'epoch-stale',
  'not-a-member': 'group-refused',
  'wrong-wraps': 'group-refused',
};

/** Whether the time that was signed is now: revocations and the age of an epoch are counted from it. */
export function isOfNow(timeMs: number, nowMs: number): boolean {
  return timeMs <= nowMs + AHEAD_MAX_MS && timeMs >= nowMs - BEHIND_MAX_MS;
}

function isOwn(entry: GroupEntry, groupId: string, caller: Sender): boolean {
  return (
    idToHex(entry.groupId) === groupId &&
    idToHex(entry.actorUser) === caller.userId &&
    idToHex(entry.actorDevice) === caller.deviceId
  );
}

function derivedId({ payload, actorUser }: GroupEntry, hash: Hash): HashedEntry['derivedId'] {
  if (payload.type !== 'create') return null;
  return asBytes16(hash(groupIdPreimage(actorUser, payload.random)).slice(0, 16));
}

function readOrNull(bytes: Uint8Array): GroupEntry | null {
  try {
    return readGroupEntry(bytes);
  } catch (error) {
    if (error instanceof SignedFormatError) return null;
    throw error;
  }
}
