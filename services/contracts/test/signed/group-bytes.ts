import type { Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { ACCOUNT_SIGNATURES_BYTES } from '@secureconnect/contracts/signed/signatures';

// Group structures written by hand, as PROTOCOL 6 gives them: the readers look at the form, so the signatures are any bytes.

const u8 = (value: number) => [value];
const u16 = (value: number) => [value >> 8, value & 255];
const u32 = (value: number) => [0, 0, ...u16(value)];
const u64 = (value: number) => [0, 0, 0, 0, ...u32(value)];
const fill = (count: number, value: number) => Array.from({ length: count }, () => value);
const ascii = (text: string) => Array.from(text, (character) => character.charCodeAt(0));
const bytes = (...parts: readonly Iterable<number>[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

export const id = (value: number) => Uint8Array.from(fill(16, value)) as Bytes16;
export const hash = (value: number) => Uint8Array.from(fill(32, value)) as Bytes32;
export const [alice, bob, carol, mallory] = [id(0xa1), id(0xb0), id(0xca), id(0xee)] as const;
export const GROUP = id(0x99);

const SIGNATURES = fill(ACCOUNT_SIGNATURES_BYTES, 7);
const name = (length: number) => [...u16(length), ...fill(length, 5)];
export const keysOf = (user: Bytes16, bundleVer = 1) => [...fill(32, user[0]!), ...u32(bundleVer), ...fill(32, 3)];

export const PAYLOADS = {
  create: (length = 100, bundleVer = 1) => bytes(fill(32, 1), keysOf(alice, bundleVer), name(length)),
  add: (user: Bytes16 = bob, bundleVer = 1) => bytes(user, keysOf(user, bundleVer)),
  remove: (user: Bytes16 = bob) => bytes(user),
  leave: () => bytes(),
  role: (user: Bytes16 = bob, role = 2) => bytes(user, u8(role)),
  rename: (epoch = 1, length = 100) => bytes(u64(epoch), name(length)),
  policy: (bits = 1) => bytes(u32(bits)),
} as const;
const TYPES = ['create', 'add', 'remove', 'leave', 'role', 'rename', 'policy'];

export interface WrittenEntry {
  readonly type: keyof typeof PAYLOADS | number;
  readonly payload?: Uint8Array;
  readonly seq?: number;
  readonly previousHash?: Uint8Array;
  readonly actor?: Bytes16;
  readonly group?: Bytes16;
}

export function entryBytes({ type, actor = alice, group = GROUP, ...rest }: WrittenEntry): Uint8Array {
  const number = typeof type === 'number' ? type : TYPES.indexOf(type) + 1;
  const payload = rest.payload ?? (typeof type === 'number' ? bytes() : PAYLOADS[type]());
  const seq = rest.seq ?? (number === 1 ? 1 : 2);
  const previous = rest.previousHash ?? hash(seq === 1 ? 0 : 4);
  const head = [ascii('SCG1'), group, u64(seq), previous, u8(number), actor, id(0xd0), u64(9)];
  return bytes(...head, u32(payload.length), payload, SIGNATURES);
}

export interface WrittenEpoch {
  readonly epoch?: number;
  readonly previousEpochHash?: Uint8Array;
  readonly groupSeq?: number;
  readonly groupHead?: Uint8Array;
  readonly committer?: Bytes16;
  readonly size?: number;
  readonly root?: Uint8Array;
  readonly group?: Bytes16;
}

export function epochBytes(input: WrittenEpoch = {}): Uint8Array {
  const { epoch = 1, groupSeq = 2, groupHead = hash(8), committer = alice, size = 2, root = hash(6) } = input;
  const previous = input.previousEpochHash ?? hash(epoch === 1 ? 0 : 4);
  const head = [
    ascii('SCK1'),
    input.group ?? GROUP,
    u64(epoch),
    previous,
    u64(groupSeq),
    groupHead,
    committer,
    id(0xd0),
  ];
  return bytes(...head, u64(9), u16(size), root, hash(2), fill(68, 1), SIGNATURES);
}

export const wrapBytes = (user: Bytes16, bundleVer = 1) => bytes(user, u32(bundleVer), fill(1_392, user[0]!));
