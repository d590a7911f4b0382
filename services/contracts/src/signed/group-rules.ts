import { type Bytes16, type Bytes32, compareBytes, sameBytes } from './bytes.js';
import type { GroupEntry, GroupPayload, GroupRole, MemberKeys, SealedGroupName } from './group-entry.js';
import { idToHex } from './ids.js';

/*
 * The rules of a group's log (PROTOCOL 6.2, 6.3), for client and server alike. Signatures are checked before, with the keys that the
 * state names for the actor; here it is decided who may do what.
 */

export const GROUP_MEMBERS_MAX = 256;

export interface GroupMember extends MemberKeys {
  readonly userId: Bytes16;
  readonly role: GroupRole;
  /** seq of the entry that made the user a member. */
  readonly sinceSeq: number;
}

/** What a log comes to. */
export interface GroupState {
  readonly groupId: Bytes16;
  readonly creator: Bytes16;
  readonly createdAtMs: number;
  /** seq and hash of the newest entry: `groupHead` of epochs and envelopes. */
  readonly seq: number;
  readonly head: Bytes32;
  /** By user id in hex. Empty when the last one has left: the group is over. */
  readonly members: ReadonlyMap<string, GroupMember>;
  readonly name: {
    /** seq of the entry that carries it. */
    readonly seq: number;
    /** The entry before that one: part of what the name is sealed with. */
    readonly previousHash: Bytes32;
    /** Epoch from whose secret its key comes; 0 for the name that the group was created with. */
    readonly epoch: number;
    readonly sealed: SealedGroupName;
  };
  readonly anyoneRenames: boolean;
}

/** An entry and what its hash function gave. */
export interface HashedEntry {
  readonly entry: GroupEntry;
  /** SHA-256 of `groupEntryHashPreimage`. */
  readonly hash: Bytes32;
  /** Of a `create`: first 16 bytes of the SHA-256 of `groupIdPreimage(actorUser, random)`. Otherwise null. */
  readonly derivedId: Bytes16 | null;
}

export type GroupRefusal =
  /** An entry of another group, or a `create` whose id does not follow from it. */
  | 'wrong-group'
  /** Not the next seq. */
  | 'out-of-order'
  /** The next seq, after another entry than the one that is here: two stories. */
  | 'forked'
  | 'not-a-member'
  | 'not-allowed'
  /** Adding somebody who is in, or naming somebody who is not. */
  | 'wrong-target'
  /** A role or policy that already is so. */
  | 'no-change'
  | 'group-full'
  /** The owner leaves or is removed while others are there. */
  | 'owner-must-stay';

export type GroupFold =
  | { readonly ok: true; readonly state: GroupState }
  /** `state`: as it was after the last entry that held. */
  | { readonly ok: false; readonly refusal: GroupRefusal; readonly seq: number; readonly state: GroupState | null };

type Change = Partial<Pick<GroupState, 'members' | 'name' | 'anyoneRenames'>>;

const mayManage = ({ role }: GroupMember) => role !== 'member';

function withMember(state: GroupState, ...changed: readonly GroupMember[]): Change {
  return {
    members: new Map([...state.members, ...changed.map((member) => [idToHex(member.userId), member] as const)]),
  };
}

function withoutMember(state: GroupState, { userId }: GroupMember): Change {
  const members = new Map(state.members);
  members.delete(idToHex(userId));
  return { members };
}

function add(state: GroupState, actor: GroupMember, payload: GroupPayload & { type: 'add' }): Change | GroupRefusal {
  if (!mayManage(actor)) return 'not-allowed';
  if (state.members.has(idToHex(payload.userId))) return 'wrong-target';
  if (state.members.size >= GROUP_MEMBERS_MAX) return 'group-full';
  return withMember(state, { userId: payload.userId, role: 'member', sinceSeq: state.seq + 1, ...payload.keys });
}

function remove(state: GroupState, actor: GroupMember, userId: Bytes16): Change | GroupRefusal {
  const target = state.members.get(idToHex(userId));
  if (!mayManage(actor)) return 'not-allowed';
  if (target === undefined) return 'wrong-target';
  if (target.role === 'owner') return 'owner-must-stay';
  // removing an admin takes the role away, which is the owner's alone
  if (target.role === 'admin' && actor.role !== 'owner') return 'not-allowed';
  return withoutMember(state, target);
}

function setRole(state: GroupState, actor: GroupMember, userId: Bytes16, role: GroupRole): Change | GroupRefusal {
  const target = state.members.get(idToHex(userId));
  if (actor.role !== 'owner') return 'not-allowed';
  if (target === undefined) return 'wrong-target';
  if (target.role === role) return 'no-change';
  if (target.role === 'owner') return 'owner-must-stay';
  // there is one owner: who gives ownership away becomes an admin
  if (role === 'owner') return withMember(state, { ...actor, role: 'admin' }, { ...target, role });
  return withMember(state, { ...target, role });
}

/** What an entry of a member does, or why it may not. */
function apply(state: GroupState, actor: GroupMember, entry: GroupEntry): Change | GroupRefusal {
  const { payload, seq, previousHash } = entry;
  switch (payload.type) {
    case 'create':
      return 'out-of-order';
    case 'add':
      return add(state, actor, payload);
    case 'remove':
      return remove(state, actor, payload.userId);
    case 'leave':
      return actor.role === 'owner' && state.members.size > 1 ? 'owner-must-stay' : withoutMember(state, actor);
    case 'role':
      return setRole(state, actor, payload.userId, payload.role);
    case 'rename':
      if (!mayManage(actor) && !state.anyoneRenames) return 'not-allowed';
      return { name: { seq, previousHash, epoch: payload.nameEpoch, sealed: payload.sealedName } };
    case 'policy':
      if (!mayManage(actor)) return 'not-allowed';
      return payload.anyoneRenames === state.anyoneRenames ? 'no-change' : { anyoneRenames: payload.anyoneRenames };
  }
}

function begin({ entry, hash, derivedId }: HashedEntry): GroupState | GroupRefusal {
  const { payload, groupId, actorUser, seq, timeMs, previousHash } = entry;
  if (payload.type !== 'create') return 'out-of-order';
  if (derivedId === null || !sameBytes(derivedId, groupId)) return 'wrong-group';
  const owner: GroupMember = { userId: actorUser, role: 'owner', sinceSeq: seq, ...payload.creator };
  return {
    groupId,
    creator: actorUser,
    createdAtMs: timeMs,
    seq,
    head: hash,
    members: new Map([[idToHex(actorUser), owner]]),
    name: { seq, previousHash, epoch: 0, sealed: payload.sealedName },
    anyoneRenames: false,
  };
}

function next(state: GroupState | null, hashed: HashedEntry): GroupState | GroupRefusal {
  if (state === null) return begin(hashed);
  const { entry, hash } = hashed;
  if (!sameBytes(entry.groupId, state.groupId)) return 'wrong-group';
  if (entry.seq !== state.seq + 1) return 'out-of-order';
  if (!sameBytes(entry.previousHash, state.head)) return 'forked';
  const actor = state.members.get(idToHex(entry.actorUser));
  if (actor === undefined) return 'not-a-member';
  const change = apply(state, actor, entry);
  return typeof change === 'string' ? change : { ...state, ...change, seq: entry.seq, head: hash };
}

/** Plays entries on top of `from` (null: from the beginning) and stops at the first that does not hold. Signatures are not looked at. */
export function foldGroup(from: null, entries: readonly [HashedEntry, ...HashedEntry[]]): GroupFold;
export function foldGroup(from: GroupState, entries: readonly HashedEntry[]): GroupFold;
export function foldGroup(from: GroupState | null, entries: readonly HashedEntry[]): GroupFold {
  let state = from;
  for (const hashed of entries) {
    const after = next(state, hashed);
    if (typeof after === 'string') return { ok: false, refusal: after, seq: hashed.entry.seq, state };
    state = after;
  }
  return { ok: true, state: state! };
}

/** Members by rising user id: the order of an epoch's wraps and leaves. */
export function membersInOrder(state: GroupState): readonly GroupMember[] {
  return [...state.members.values()].toSorted((left, right) => compareBytes(left.userId, right.userId));
}
