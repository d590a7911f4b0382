import { ByteReader } from './byte-reader.js';
import { type Bytes, type Bytes16, type Bytes32, isZero, SignedFormatError } from './bytes.js';
import { labelled } from './labels.js';
import { ACCOUNT_SIGNATURES_BYTES, type AccountSignatures, readAccountSignatures } from './signatures.js';

/** What an entry of a group's log does (PROTOCOL 6.2). */
export const GROUP_ENTRY_TYPES = { create: 1, add: 2, remove: 3, leave: 4, role: 5, rename: 6, policy: 7 } as const;
export const GROUP_ROLES = { owner: 1, admin: 2, member: 3 } as const;
export type GroupRole = keyof typeof GROUP_ROLES;
/** Bits of a policy. Others are reserved and refused. */
export const GROUP_POLICY_ANYONE_RENAMES = 1;

/** The keys of a member as whoever adds him has verified them: the server cannot swap them afterwards. */
export interface MemberKeys {
  /** H over both account keys (PROTOCOL 7.1). */
  readonly pin: Bytes32;
  /** The bundle that stood then, by number and hash. It verifies what the member signs for this log; newer ones of the same pin are sealed for. */
  readonly bundleVer: number;
  readonly bundleHash: Bytes32;
}

/** A name that members alone can read (PROTOCOL 6.6). Opaque to the server. */
export type SealedGroupName = Bytes;
export const SEALED_NAME_MIN_BYTES = 76;
export const SEALED_NAME_MAX_BYTES = 1_024;

export type GroupPayload =
  | {
      readonly type: 'create';
      /** 32 random bytes; the group's id is a hash over them and the creator. */
      readonly random: Bytes32;
      readonly creator: MemberKeys;
      readonly sealedName: SealedGroupName;
    }
  | { readonly type: 'add'; readonly userId: Bytes16; readonly keys: MemberKeys }
  | { readonly type: 'remove'; readonly userId: Bytes16 }
  | { readonly type: 'leave' }
  | { readonly type: 'role'; readonly userId: Bytes16; readonly role: GroupRole }
  /** `nameEpoch`: the epoch from whose secret the name's key comes. */
  | { readonly type: 'rename'; readonly nameEpoch: number; readonly sealedName: SealedGroupName }
  | { readonly type: 'policy'; readonly anyoneRenames: boolean };
export type GroupEntryType = GroupPayload['type'];

/** One entry of a group's log, signed by the actor's account (PROTOCOL 6.1). Nothing in it is believed before its signatures verify. */
export interface GroupEntry {
  readonly bytes: Bytes;
  /** The part that is signed: everything before the signatures. */
  readonly signed: Bytes;
  readonly groupId: Bytes16;
  /** From 1, one more with every entry. */
  readonly seq: number;
  /** Hash of the entry before; zero in the first alone. */
  readonly previousHash: Bytes32;
  readonly actorUser: Bytes16;
  /** Which of the actor's devices made it. The account signs, so this is a statement of the actor's. */
  readonly actorDevice: Bytes16;
  readonly timeMs: number;
  readonly payload: GroupPayload;
  readonly signatures: AccountSignatures;
}

/** Bytes of an entry around its payload. */
export const GROUP_ENTRY_OVERHEAD_BYTES = 105 + ACCOUNT_SIGNATURES_BYTES;
export const GROUP_ENTRY_MAX_BYTES = 6_144;
const PAYLOAD_MAX_BYTES = 2_048;

const TYPES: readonly GroupEntryType[] = ['create', 'add', 'remove', 'leave', 'role', 'rename', 'policy'];
const ROLES: readonly GroupRole[] = ['owner', 'admin', 'member'];

function nth<T>(list: readonly T[], number: number): T {
  const value = list[number - 1];
  if (value === undefined) throw new SignedFormatError('unknown-id');
  return value;
}

function takeMemberKeys(reader: ByteReader): MemberKeys {
  const keys = { pin: reader.fixed(32), bundleVer: reader.u32(), bundleHash: reader.fixed(32) };
  if (keys.bundleVer === 0) throw new SignedFormatError('out-of-range');
  return keys;
}

const takeName = (reader: ByteReader) => reader.op16(SEALED_NAME_MIN_BYTES, SEALED_NAME_MAX_BYTES);

function takeRename(reader: ByteReader): GroupPayload {
  const nameEpoch = reader.u64();
  if (nameEpoch === 0) throw new SignedFormatError('out-of-range');
  return { type: 'rename', nameEpoch, sealedName: takeName(reader) };
}

function takePolicy(reader: ByteReader): GroupPayload {
  const bits = reader.u32();
  if (bits > GROUP_POLICY_ANYONE_RENAMES) throw new SignedFormatError('unknown-id');
  return { type: 'policy', anyoneRenames: bits === GROUP_POLICY_ANYONE_RENAMES };
}

/** One strict reader for each type. */
const PAYLOADS: Readonly<Record<GroupEntryType, (reader: ByteReader) => GroupPayload>> = {
  create: (reader) => ({
    type: 'create',
    random: reader.fixed(32),
    creator: takeMemberKeys(reader),
    sealedName: takeName(reader),
  }),
  add: (reader) => ({ type: 'add', userId: reader.fixed(16), keys: takeMemberKeys(reader) }),
  remove: (reader) => ({ type: 'remove', userId: reader.fixed(16) }),
  leave: () => ({ type: 'leave' }),
  role: (reader) => ({ type: 'role', userId: reader.fixed(16), role: nth(ROLES, reader.u8()) }),
  rename: takeRename,
  policy: takePolicy,
};

/** Reads `input` as an entry of a group's log; checks the form, not the signatures, the rules or the id. @throws SignedFormatError */
export function readGroupEntry(input: Uint8Array): GroupEntry {
  const reader = new ByteReader(input, GROUP_ENTRY_MAX_BYTES);
  reader.magic('SCG1');
  const groupId = reader.fixed(16);
  const seq = reader.u64();
  const previousHash = reader.fixed(32);
  const type = nth(TYPES, reader.u8());
  const actorUser = reader.fixed(16);
  const actorDevice = reader.fixed(16);
  const timeMs = reader.u64();
  const inner = new ByteReader(reader.op32(0, PAYLOAD_MAX_BYTES), PAYLOAD_MAX_BYTES);
  const payload = PAYLOADS[type](inner);
  inner.end();
  const signed = reader.bytes.subarray(0, reader.offset);
  const signatures = readAccountSignatures(reader);
  reader.end();
  if (seq === 0) throw new SignedFormatError('out-of-range');
  if (isZero(previousHash) !== (seq === 1) || (type === 'create') !== (seq === 1))
    throw new SignedFormatError('not-canonical');
  return {
    bytes: reader.bytes,
    signed,
    groupId,
    seq,
    previousHash,
    actorUser,
    actorDevice,
    timeMs,
    payload,
    signatures,
  };
}

/** What both of the actor's account keys sign, of an entry's signed part. */
export function groupEntryPreimage(signed: Uint8Array): Bytes {
  return labelled('group-entry', signed);
}

/** SHA-256 of this is the entry's hash: the next one's `previousHash`, and the group's head while it is the newest. */
export function groupEntryHashPreimage(bytes: Uint8Array): Bytes {
  return labelled('group-entry-hash', bytes);
}

/** The first 16 bytes of the SHA-256 of this are the group's id: nobody but the creator can make a log that fits an id. */
export function groupIdPreimage(creator: Bytes16, random: Bytes32): Bytes {
  return labelled('group-id', creator, random);
}
