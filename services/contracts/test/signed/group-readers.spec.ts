import { LIMITS } from '@secureconnect/contracts/limits';
import { sameBytes } from '@secureconnect/contracts/signed/bytes';
import {
  GROUP_ENTRY_MAX_BYTES,
  GROUP_ENTRY_OVERHEAD_BYTES,
  readGroupEntry,
} from '@secureconnect/contracts/signed/group-entry';
import {
  GROUP_EPOCH_BYTES,
  readEpochWrap,
  readEpochWraps,
  readGroupEpoch,
} from '@secureconnect/contracts/signed/group-epoch';
import { alice, bob, carol, entryBytes, epochBytes, GROUP, hash, PAYLOADS, wrapBytes } from './group-bytes.js';
import { patched } from './frozen.js';
import { refusal } from './refusal.js';

const { create, add, role, rename, policy } = PAYLOADS;

describe('the reader of entries of a group log', () => {
  it('gives who did what, for each type', () => {
    const payloadOf = (type: keyof typeof PAYLOADS) => readGroupEntry(entryBytes({ type })).payload;
    expect(payloadOf('create')).toMatchObject({ type: 'create', random: hash(1), creator: { bundleVer: 1 } });
    expect(payloadOf('add')).toMatchObject({ type: 'add', userId: bob, keys: { pin: hash(0xb0), bundleVer: 1 } });
    expect(payloadOf('remove')).toEqual({ type: 'remove', userId: bob });
    expect(payloadOf('leave')).toEqual({ type: 'leave' });
    expect(payloadOf('role')).toEqual({ type: 'role', userId: bob, role: 'admin' });
    expect(payloadOf('rename')).toMatchObject({ type: 'rename', nameEpoch: 1 });
    expect(payloadOf('policy')).toEqual({ type: 'policy', anyoneRenames: true });
  });

  it('gives place, actor and what is signed', () => {
    const bytes = entryBytes({ type: 'add', seq: 7, actor: carol });
    const entry = readGroupEntry(bytes);
    expect(entry).toMatchObject({ groupId: GROUP, seq: 7, previousHash: hash(4), actorUser: carol, timeMs: 9 });
    expect(entry.signed.length + 3_373).toBe(bytes.length);
    expect(entryBytes({ type: 'leave' })).toHaveLength(GROUP_ENTRY_OVERHEAD_BYTES);
  });

  it('refuses every other length', () => {
    for (const type of ['create', 'add', 'leave', 'rename'] as const) {
      const bytes = entryBytes({ type });
      for (let length = 0; length < bytes.length; length++) {
        expect(['truncated', 'out-of-range']).toContain(refusal(() => readGroupEntry(bytes.subarray(0, length))));
      }
      expect(refusal(() => readGroupEntry(Uint8Array.of(...bytes, 0)))).toBe('trailing-bytes');
    }
    expect(refusal(() => readGroupEntry(new Uint8Array(GROUP_ENTRY_MAX_BYTES + 1)))).toBe('too-large');
    expect(GROUP_ENTRY_MAX_BYTES).toBe(LIMITS.groupEntryMaxBytes);
  });

  const refused: readonly [string, Uint8Array, string][] = [
    ['another magic', patched(entryBytes({ type: 'add' }), 3, 0x32), 'wrong-magic'],
    ['type 0', entryBytes({ type: 0 }), 'unknown-id'],
    ['type 8', entryBytes({ type: 8 }), 'unknown-id'],
    ['place 0', entryBytes({ type: 'add', seq: 0, previousHash: hash(0) }), 'out-of-range'],
    ['a first entry that is no create', entryBytes({ type: 'add', seq: 1 }), 'not-canonical'],
    ['a create that is not first', entryBytes({ type: 'create', seq: 2 }), 'not-canonical'],
    ['a first entry after something', entryBytes({ type: 'create', previousHash: hash(1) }), 'not-canonical'],
    ['a later entry after nothing', entryBytes({ type: 'add', previousHash: hash(0) }), 'not-canonical'],
    ['role 0', entryBytes({ type: 'role', payload: role(bob, 0) }), 'unknown-id'],
    ['role 4', entryBytes({ type: 'role', payload: role(bob, 4) }), 'unknown-id'],
    ['a policy of a later version', entryBytes({ type: 'policy', payload: policy(2) }), 'unknown-id'],
    ['bundle version 0', entryBytes({ type: 'add', payload: add(bob, 0) }), 'out-of-range'],
    ['bundle version 0 of the creator', entryBytes({ type: 'create', payload: create(100, 0) }), 'out-of-range'],
    ['a name that is too short', entryBytes({ type: 'create', payload: create(75) }), 'out-of-range'],
    ['a name that is too long', entryBytes({ type: 'rename', payload: rename(1, 1_025) }), 'out-of-range'],
    ['a name of no epoch', entryBytes({ type: 'rename', payload: rename(0) }), 'out-of-range'],
    ['a leave with something in it', entryBytes({ type: 'leave', payload: Uint8Array.of(0) }), 'trailing-bytes'],
    [
      'an add with something after it',
      entryBytes({ type: 'add', payload: Uint8Array.of(...add(), 0) }),
      'trailing-bytes',
    ],
    ['a payload over its cap', entryBytes({ type: 'add', payload: new Uint8Array(2_049) }), 'out-of-range'],
  ];
  for (const [what, bytes, code] of refused) {
    it(`refuses ${what}`, () => {
      expect(refusal(() => readGroupEntry(bytes))).toBe(code);
    });
  }
});

describe('the reader of epochs', () => {
  it('gives what was signed, and is exactly as long as it is', () => {
    const bytes = epochBytes({ epoch: 3, groupSeq: 5 });
    expect(readGroupEpoch(bytes)).toMatchObject({
      groupId: GROUP,
      epoch: 3,
      groupSeq: 5,
      committerUser: alice,
      size: 2,
    });
    expect(bytes).toHaveLength(GROUP_EPOCH_BYTES);
    expect(GROUP_EPOCH_BYTES).toBeLessThanOrEqual(LIMITS.groupEpochMaxBytes);
    for (let length = 0; length < bytes.length; length++) {
      expect(refusal(() => readGroupEpoch(bytes.subarray(0, length)))).toBe('truncated');
    }
    expect(refusal(() => readGroupEpoch(Uint8Array.of(...bytes, 0)))).toBe('too-large');
  });

  const refused: readonly [string, Uint8Array, string][] = [
    ['another magic', patched(epochBytes(), 2, 0x47), 'wrong-magic'],
    ['epoch 0', epochBytes({ epoch: 0, previousEpochHash: hash(0) }), 'out-of-range'],
    ['no entry of the log', epochBytes({ groupSeq: 0 }), 'out-of-range'],
    ['nobody', epochBytes({ size: 0 }), 'out-of-range'],
    ['257 members', epochBytes({ size: 257 }), 'out-of-range'],
    ['a first epoch after another', epochBytes({ previousEpochHash: hash(1) }), 'not-canonical'],
    ['a later epoch after nothing', epochBytes({ epoch: 2, previousEpochHash: hash(0) }), 'not-canonical'],
    ['no head', epochBytes({ groupHead: hash(0) }), 'not-canonical'],
  ];
  for (const [what, bytes, code] of refused) {
    it(`refuses ${what}`, () => {
      expect(refusal(() => readGroupEpoch(bytes))).toBe(code);
    });
  }
});

describe('the reader of wraps', () => {
  const endToEnd = (...wraps: readonly Uint8Array[]) => Uint8Array.from(wraps.flatMap((wrap) => [...wrap]));

  it('takes 1 to 256 of 1,412 bytes, by rising user id', () => {
    const wraps = readEpochWraps(endToEnd(wrapBytes(alice), wrapBytes(bob, 2)));
    expect(wraps.map(({ bundleVer }) => bundleVer)).toEqual([1, 2]);
    expect(sameBytes(wraps[1]!.bytes, wrapBytes(bob, 2))).toBe(true);
    expect(wrapBytes(alice)).toHaveLength(LIMITS.epochWrapBytes);
  });

  it('refuses other orders, lengths, numbers, and one member twice', () => {
    expect(refusal(() => readEpochWraps(new Uint8Array(0)))).toBe('truncated');
    expect(refusal(() => readEpochWraps(new Uint8Array(1_411)))).toBe('truncated');
    expect(refusal(() => readEpochWraps(new Uint8Array(257 * 1_412)))).toBe('too-large');
    expect(refusal(() => readEpochWraps(endToEnd(wrapBytes(bob), wrapBytes(alice))))).toBe('not-canonical');
    expect(refusal(() => readEpochWraps(endToEnd(wrapBytes(bob), wrapBytes(bob))))).toBe('not-canonical');
    expect(refusal(() => readEpochWraps(wrapBytes(bob, 0)))).toBe('out-of-range');
    expect(refusal(() => readEpochWrap(new Uint8Array(1_413)))).toBe('too-large');
    expect(refusal(() => readEpochWrap(wrapBytes(bob).subarray(1)))).toBe('truncated');
  });
});
