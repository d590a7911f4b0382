import { ByteReader } from './byte-reader.js';
import {
  type Bytes,
  type Bytes16,
  type Bytes32,
  compareBytes,
  concatBytes,
  type FixedBytes,
  isZero,
  SignedFormatError,
} from './bytes.js';
import { type KdfParams, takeKdfParams } from './kdf-params.js';
import { labelled } from './labels.js';

/** What can open a vault (PROTOCOL 3.2). */
export const SLOT_TYPES = { password: 1, recovery: 2, passkey: 3 } as const;
/** What a vault holds (PROTOCOL 3.6). */
export const VAULT_ITEM_TYPES = {
  accountKeys: 1,
  encryptionKeys: 2,
  archiveKeys: 3,
  pin: 4,
  ownDevice: 5,
  groupHead: 6,
  settings: 7,
  ledger: 8,
} as const;
export type VaultItemType = (typeof VAULT_ITEM_TYPES)[keyof typeof VAULT_ITEM_TYPES];

/** The vault master key, sealed for one way of opening it. */
export interface VaultSlot {
  readonly type: 1 | 2 | 3;
  readonly slotId: number;
  readonly params: Bytes;
  readonly nonce: FixedBytes<12>;
  readonly wrapped: FixedBytes<48>;
}

export interface VaultHeader {
  readonly bytes: Bytes;
  readonly userId: Bytes16;
  /** From 1; one more with every change. */
  readonly seq: number;
  /** Zero in the first header alone. */
  readonly previousHeaderHash: Bytes32;
  readonly kdfParams: KdfParams;
  readonly slots: readonly VaultSlot[];
}

export const VAULT_HEADER_MAX_BYTES = 4_096;
const SLOTS_MAX = 16;
const SLOT_PARAMS_MAX_BYTES = 1_024;

function readSlot(reader: ByteReader): VaultSlot {
  const type = reader.u8();
  if (type !== 1 && type !== 2 && type !== 3) throw new SignedFormatError('unknown-id');
  const slotId = reader.u16();
  const params = reader.op16(0, SLOT_PARAMS_MAX_BYTES);
  return { type, slotId, params, nonce: reader.fixed(12), wrapped: reader.fixed(48) };
}

/** Reads `input` as a vault header (PROTOCOL 3.1); slots stand by rising (type, slotId), none twice. @throws SignedFormatError */
export function readVaultHeader(input: Uint8Array): VaultHeader {
  const reader = new ByteReader(input, VAULT_HEADER_MAX_BYTES);
  reader.magic('SCV1');
  reader.version(1);
  const userId = reader.fixed(16);
  const seq = reader.u64();
  const previousHeaderHash = reader.fixed(32);
  const kdfParams = takeKdfParams(reader);
  const count = reader.u8();
  if (seq === 0 || count === 0 || count > SLOTS_MAX) throw new SignedFormatError('out-of-range');
  const slots: VaultSlot[] = [];
  for (let index = 0; index < count; index++) slots.push(readSlot(reader));
  reader.end();
  if (isZero(previousHeaderHash) !== (seq === 1)) throw new SignedFormatError('not-canonical');
  const rank = (slot: VaultSlot) => slot.type * 0x1_0000 + slot.slotId;
  if (slots.some((slot, index) => index > 0 && rank(slot) <= rank(slots[index - 1]!))) {
    throw new SignedFormatError('not-canonical');
  }
  return { bytes: reader.bytes, userId, seq, previousHeaderHash, kdfParams, slots };
}

/** One sealed thing in a vault (PROTOCOL 3.3). */
export interface SealedVaultItem {
  readonly bytes: Bytes;
  readonly type: VaultItemType;
  readonly itemId: Bytes16;
  readonly itemVer: number;
  readonly nonce: FixedBytes<12>;
  /** AES-256-GCM ciphertext with its tag. */
  readonly ciphertext: Bytes;
}

export const VAULT_ITEM_MAX_BYTES = 65_536;
/** Bytes of an item around its content: what is written before the ciphertext, and the tag. */
export const VAULT_ITEM_OVERHEAD_BYTES = 58;

/** Reads `input` as a sealed vault item. @throws SignedFormatError */
export function readVaultItem(input: Uint8Array): SealedVaultItem {
  const reader = new ByteReader(input, VAULT_ITEM_MAX_BYTES);
  reader.version(1);
  const type = reader.u8();
  if (type < 1 || type > 8) throw new SignedFormatError('unknown-id');
  const itemId = reader.fixed(16);
  const itemVer = reader.u64();
  const nonce = reader.fixed(12);
  const ciphertext = reader.op32(16, VAULT_ITEM_MAX_BYTES);
  reader.end();
  if (itemVer === 0) throw new SignedFormatError('out-of-range');
  return { bytes: reader.bytes, type: type as VaultItemType, itemId, itemVer, nonce, ciphertext };
}

/** The account's signature over a whole vault (PROTOCOL 3.4). */
export interface VaultHead {
  readonly bytes: Bytes;
  /** The part that is signed: everything before the signature. */
  readonly signed: Bytes;
  readonly headerHash: Bytes32;
  readonly itemsHash: Bytes32;
  readonly seq: number;
  readonly signature: FixedBytes<64>;
}

/** Size in bytes of every vault head. */
export const VAULT_HEAD_BYTES = 136;

/** Reads `input` as a vault head. @throws SignedFormatError */
export function readVaultHead(input: Uint8Array): VaultHead {
  const reader = new ByteReader(input, VAULT_HEAD_BYTES);
  const headerHash = reader.fixed(32);
  const itemsHash = reader.fixed(32);
  const seq = reader.u64();
  const signed = reader.bytes.subarray(0, reader.offset);
  const signature = reader.fixed(64);
  reader.end();
  if (seq === 0) throw new SignedFormatError('out-of-range');
  return { bytes: reader.bytes, signed, headerHash, itemsHash, seq, signature };
}

/** SHA-256 of this is the header's hash, in the head and in the next header. */
export function vaultHeaderHashPreimage(header: Uint8Array): Bytes {
  return labelled('vault-header', header);
}

/** SHA-256 of this is one item's hash. */
export function vaultItemHashPreimage(item: Uint8Array): Bytes {
  return labelled('vault-item', item);
}

/** SHA-256 of this is the head's `itemsHash`: the items' hashes, bytewise sorted, with their number before them. */
export function vaultItemsHashPreimage(itemHashes: readonly Bytes32[]): Bytes {
  const count = new Uint8Array(4);
  new DataView(count.buffer).setUint32(0, itemHashes.length);
  return labelled('vault-items', count, concatBytes(...itemHashes.toSorted(compareBytes)));
}

/** What the account's Ed25519 key signs, of a head's signed part; the SHA-256 of it is the mark by which a device knows a vault again. */
export function vaultHeadPreimage(signed: Uint8Array): Bytes {
  return labelled('vault-head', signed);
}
