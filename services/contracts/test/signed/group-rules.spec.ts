import { createHash } from 'node:crypto';
import { asBytes16, asBytes32, type Bytes, type Bytes16, type Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { needsRotation, refuseEpoch, type RotationFacts } from '@secureconnect/contracts/signed/epoch-rules';
import { groupEntryHashPreimage, groupIdPreimage, readGroupEntry } from '@secureconnect/contracts/signed/group-entry';
import { readEpochWrap, readGroupEpoch } from '@secureconnect/contracts/signed/group-epoch';
import {
  foldGroup,
  type GroupRefusal,
  type GroupState,
  type HashedEntry,
  membersInOrder,
} from '@secureconnect/contracts/signed/group-rules';
import { alice, bob, carol, entryBytes, epochBytes, hash, id, mallory, PAYLOADS, wrapBytes } from './group-bytes.js';
import type { WrittenEntry, WrittenEpoch } from './group-bytes.js';

const { add, remove, role, policy } = PAYLOADS;
const sha256 = (preimage: Bytes): Bytes32 => asBytes32(new Uint8Array(createHash('sha256').update(preimage).digest()));
const GROUP_OF_ALICE = asBytes16(sha256(groupIdPreimage(alice, hash(1))).slice(0, 16));

function hashed(bytes: Uint8Array): HashedEntry {
  const entry = readGroupEntry(bytes);
  const { payload } = entry;
  const derived = payload.type === 'create' ? sha256(groupIdPreimage(entry.actorUser, payload.random)) : null;
  return {
    entry,
    hash: sha256(groupEntryHashPreimage(bytes)),
    derivedId: derived === null ? null : asBytes16(derived.slice(0, 16)),
  };
}

function began(): GroupState {
  const fold = foldGroup(null, [hashed(entryBytes({ type: 'create', group: GROUP_OF_ALICE }))]);
  if (!fold.ok) throw new Error(fold.refusal);
  return fold.state;
}

const after = (state: GroupState, entry: WrittenEntry) =>
  foldGroup(state, [
    hashed(entryBytes({ seq: state.seq + 1, previousHash: state.head, group: GROUP_OF_ALICE, ...entry })),
  ]);

function played(state: GroupState, ...entries: readonly WrittenEntry[]): GroupState {
  return entries.reduce((before, entry) => {
    const fold = after(before, entry);
    if (!fold.ok) throw new Error(fold.refusal);
    return fold.state;
  }, state);
}

function refusalOf(state: GroupState, entry: WrittenEntry): GroupRefusal {
  const fold = after(state, entry);
  if (fold.ok) throw new Error('was not refused');
  expect(fold.state).toBe(state);
  return fold.refusal;
}

const adding = (user: Bytes16, actor: Bytes16 = alice): WrittenEntry => ({ type: 'add', payload: add(user), actor });
const removing = (user: Bytes16, actor: Bytes16 = alice): WrittenEntry => ({
  type: 'remove',
  payload: remove(user),
  actor,
});
const making = (user: Bytes16, number: number, actor: Bytes16 = alice): WrittenEntry => ({
  type: 'role',
  payload: role(user, number),
  actor,
});
const [OWNER, ADMIN, MEMBER] = [1, 2, 3] as const;
const rolesOf = (state: GroupState) => membersInOrder(state).map((member) => member.role);

describe('a group', () => {
  it('begins with its creator as owner, under an id that only the creator can make', () => {
    const state = began();
    expect(state).toMatchObject({ groupId: GROUP_OF_ALICE, creator: alice, seq: 1, anyoneRenames: false });
    expect(membersInOrder(state)).toMatchObject([{ userId: alice, role: 'owner', sinceSeq: 1, pin: hash(0xa1) }]);
  });

  it('[T-76] does not begin under an id of somebody else, or with anything but its creation', () => {
    const planted = hashed(entryBytes({ type: 'create', group: GROUP_OF_ALICE, actor: mallory }));
    expect(foldGroup(null, [planted])).toMatchObject({ ok: false, refusal: 'wrong-group', state: null });
    const unchecked = { ...hashed(entryBytes({ type: 'create', group: GROUP_OF_ALICE })), derivedId: null };
    expect(foldGroup(null, [unchecked])).toMatchObject({ ok: false, refusal: 'wrong-group' });
    const headless = hashed(entryBytes({ type: 'add', group: GROUP_OF_ALICE }));
    expect(foldGroup(null, [headless])).toMatchObject({ ok: false, refusal: 'out-of-order' });
  });

  it('is what its entries make it', () => {
    const state = played(
      began(),
      adding(bob),
      adding(carol),
      making(bob, ADMIN),
      adding(mallory, bob),
      removing(mallory, bob),
      { type: 'leave', actor: carol },
      { type: 'rename', actor: bob },
      { type: 'policy', actor: bob },
    );
    expect(state.members.size).toBe(2);
    expect(rolesOf(state)).toEqual(['owner', 'admin']);
    expect(state).toMatchObject({ seq: 9, anyoneRenames: true, name: { seq: 8, epoch: 1 } });
  });

  it('has one owner, who may hand it over', () => {
    const state = played(began(), adding(bob), making(bob, OWNER));
    expect(rolesOf(state)).toEqual(['admin', 'owner']);
    expect(refusalOf(state, making(bob, ADMIN))).toBe('not-allowed');
    expect(rolesOf(played(state, making(alice, MEMBER, bob)))).toEqual(['member', 'owner']);
  });

  it('is over when the last one has left', () => {
    const state = played(began(), { type: 'leave' });
    expect(state.members.size).toBe(0);
    expect(refusalOf(state, adding(bob))).toBe('not-a-member');
  });

  it('takes a removed user in again, as a plain member', () => {
    const state = played(began(), adding(bob), making(bob, ADMIN), removing(bob), adding(bob));
    expect(membersInOrder(state)[1]).toMatchObject({ role: 'member', sinceSeq: 5 });
  });

  it('has at most 256 members', () => {
    const many = Array.from({ length: 255 }, (_, index) => adding(id(index === 0xa1 ? 0xff : index)));
    const state = played(began(), ...many);
    expect(state.members.size).toBe(256);
    const oneMore = new Uint8Array(16).fill(9, 1) as Bytes16;
    expect(refusalOf(state, adding(oneMore))).toBe('group-full');
  });
});

describe('a group refuses', () => {
  const withAll = () => played(began(), adding(bob), adding(carol), making(bob, ADMIN));
  const refused: readonly [string, WrittenEntry, GroupRefusal][] = [
    ['[T-68] an outsider who adds himself', adding(mallory, mallory), 'not-a-member'],
    ['a member who adds', adding(mallory, carol), 'not-allowed'],
    ['a member who removes an admin', removing(bob, carol), 'not-allowed'],
    ['a member who removes a member', removing(carol, carol), 'not-allowed'],
    ['a member who renames', { type: 'rename', actor: carol }, 'not-allowed'],
    ['a member who sets the policy', { type: 'policy', actor: carol }, 'not-allowed'],
    ['[T-75] a member who makes himself an admin', making(carol, ADMIN, carol), 'not-allowed'],
    ['[T-75] an admin who makes another', making(carol, ADMIN, bob), 'not-allowed'],
    ['[T-75] an admin who takes the group', making(bob, OWNER, bob), 'not-allowed'],
    ['an admin who gives his own role away', making(bob, MEMBER, bob), 'not-allowed'],
    ['an admin who removes the owner', removing(alice, bob), 'owner-must-stay'],
    ['an admin who removes an admin', removing(bob, bob), 'not-allowed'],
    ['an owner who removes himself', removing(alice), 'owner-must-stay'],
    ['an owner who leaves others behind', { type: 'leave' }, 'owner-must-stay'],
    ['an owner without the role', making(alice, ADMIN), 'owner-must-stay'],
    ['somebody who is in', adding(carol), 'wrong-target'],
    ['the removal of somebody who is not in', removing(mallory), 'wrong-target'],
    ['a role for somebody who is not in', making(mallory, ADMIN), 'wrong-target'],
    ['a role that already is so', making(carol, MEMBER), 'no-change'],
    ['a policy that already is so', { type: 'policy', payload: policy(0) }, 'no-change'],
    ['an entry of another group', { ...adding(mallory), group: id(1) }, 'wrong-group'],
    ['an entry ahead of its place', { ...adding(mallory), seq: 7 }, 'out-of-order'],
    ['an entry that was there before', { ...adding(mallory), seq: 4 }, 'out-of-order'],
    ['a second creation', { type: 'create', seq: 1, previousHash: hash(0) }, 'out-of-order'],
    ['[T-72] an entry after another story', { ...adding(mallory), previousHash: hash(1) }, 'forked'],
  ];
  for (const [what, entry, code] of refused) {
    it(what, () => {
      expect(refusalOf(withAll(), entry)).toBe(code);
    });
  }

  it('[T-70] whatever somebody does who was removed', () => {
    const state = played(withAll(), removing(bob));
    for (const type of ['add', 'remove', 'leave', 'role', 'rename', 'policy'] as const) {
      expect(refusalOf(state, { type, actor: bob })).toBe('not-a-member');
    }
  });

  it('all after the first entry that does not hold, and says where', () => {
    const state = began();
    const [good, bad] = [adding(bob), removing(mallory)].map((entry, index) =>
      hashed(entryBytes({ ...entry, seq: 2 + index, previousHash: state.head, group: GROUP_OF_ALICE })),
    );
    const fold = foldGroup(state, [good!, bad!]);
    expect(fold).toMatchObject({ ok: false, seq: 3, refusal: 'forked', state: { seq: 2 } });
  });
});

describe('an epoch', () => {
  const state = played(began(), adding(bob));
  const epoch = (input: WrittenEpoch = {}) =>
    readGroupEpoch(epochBytes({ group: GROUP_OF_ALICE, groupHead: state.head, ...input }));
  const wraps = [wrapBytes(alice), wrapBytes(bob)].map(readEpochWrap);
  const root = hash(6);

  it('follows for the newest head, by a member, with one wrap for each member', () => {
    expect(refuseEpoch(state, null, epoch(), { wraps, root })).toBeNull();
    expect(refuseEpoch(state, null, epoch({ committer: bob }), null)).toBeNull();
    const newest = { epoch: 4, hash: hash(4) };
    expect(refuseEpoch(state, newest, epoch({ epoch: 5 }), { wraps, root })).toBeNull();
  });

  it('is refused in another place, for another head, by a stranger, or with other wraps', () => {
    const newest = { epoch: 4, hash: hash(4) };
    expect(refuseEpoch(state, null, epoch({ group: id(1) }), null)).toBe('wrong-group');
    expect(refuseEpoch(state, null, epoch({ epoch: 2 }), null)).toBe('out-of-order');
    expect(refuseEpoch(state, newest, epoch({ epoch: 4 }), null)).toBe('out-of-order');
    expect(refuseEpoch(state, newest, epoch({ epoch: 5, previousEpochHash: hash(1) }), null)).toBe('out-of-order');
    expect(refuseEpoch(state, null, epoch({ groupHead: hash(1) }), null)).toBe('stale');
    expect(refuseEpoch(state, null, epoch({ groupSeq: 1 }), null)).toBe('stale');
    expect(refuseEpoch(state, null, epoch({ committer: mallory }), null)).toBe('not-a-member');
    expect(refuseEpoch(state, null, epoch({ size: 3 }), null)).toBe('wrong-wraps');
    expect(refuseEpoch(state, null, epoch(), { wraps, root: hash(1) })).toBe('wrong-wraps');
    expect(refuseEpoch(state, null, epoch(), { wraps: wraps.slice(1), root })).toBe('wrong-wraps');
    expect(refuseEpoch(state, null, epoch(), { wraps: wraps.slice(0, 1), root })).toBe('wrong-wraps');
    const more = [...wraps, readEpochWrap(wrapBytes(mallory))];
    expect(refuseEpoch(state, null, epoch(), { wraps: more, root })).toBe('wrong-wraps');
    const ghost = [wraps[0]!, readEpochWrap(wrapBytes(mallory))];
    expect(refuseEpoch(state, null, epoch(), { wraps: ghost, root })).toBe('wrong-wraps');
  });

  it('is refused for keys older than those that the log names', () => {
    const renewed = played(began(), { type: 'add', payload: add(bob, 3) });
    const epochOf = readGroupEpoch(epochBytes({ group: GROUP_OF_ALICE, groupHead: renewed.head }));
    expect(refuseEpoch(renewed, null, epochOf, { wraps, root })).toBe('wrong-wraps');
    const newer = [wraps[0]!, readEpochWrap(wrapBytes(bob, 4))];
    expect(refuseEpoch(renewed, null, epochOf, { wraps: newer, root })).toBeNull();
  });
});

describe('a rotation is due', () => {
  const DAY_MS = 86_400_000;
  const facts = (change: Partial<RotationFacts> = {}): RotationFacts => ({
    epoch: { groupHead: hash(1), timeMs: 10 * DAY_MS },
    messages: 999,
    newestRevocationAtMs: 10 * DAY_MS - 1,
    keysRenewed: false,
    nowMs: 17 * DAY_MS - 1,
    ...change,
  });
  const reason = (change: Partial<RotationFacts> = {}, head = hash(1)) => needsRotation({ head }, facts(change));

  it('for one of six reasons, and not before', () => {
    expect(reason()).toBeNull();
    expect(reason({ newestRevocationAtMs: null })).toBeNull();
    expect(reason({ epoch: null })).toBe('no-epoch');
    expect(reason({}, hash(2))).toBe('log-moved');
    expect(reason({ newestRevocationAtMs: 10 * DAY_MS })).toBe('device-revoked');
    expect(reason({ keysRenewed: true })).toBe('keys-renewed');
    expect(reason({ nowMs: 17 * DAY_MS })).toBe('too-old');
    expect(reason({ messages: 1_000 })).toBe('too-many');
  });
});
