import { ByteReader } from './byte-reader.js';
import { type Bytes, type Bytes16, type Bytes32, compareBytes, isZero, SignedFormatError } from './bytes.js';
import { ENVELOPE_WRAP_BYTES, type EnvelopeWrap, takeWrap } from './envelope.js';
import { TREE_LEAVES_MAX } from './hash-tree.js';
import { labelled } from './labels.js';
import { ACCOUNT_SIGNATURES_BYTES, type AccountSignatures, readAccountSignatures } from './signatures.js';

/** One epoch of a group, signed by the committer's account (PROTOCOL 6.4). The secret itself is in the wraps, one for each member. */
export interface GroupEpoch {
  readonly bytes: Bytes;
  /** The part that is signed: everything before the signatures. */
  readonly signed: Bytes;
  readonly groupId: Bytes16;
  /** From 1, one more with every rotation. */
  readonly epoch: number;
  /** Hash of the epoch before; zero in the first alone. */
  readonly previousEpochHash: Bytes32;
  /** The entry of the log at which the members were read: its seq and hash. */
  readonly groupSeq: number;
  readonly groupHead: Bytes32;
  readonly committerUser: Bytes16;
  readonly committerDevice: Bytes16;
  readonly timeMs: number;
  /** Members, and leaves of the tree. */
  readonly size: number;
  /** Root of the tree over the wraps by rising user id (`hash-tree.ts`). */
  readonly wrapsRoot: Bytes32;
  /** Stands for the secret: nobody can be given another one. */
  readonly commitment: Bytes32;
  /** For who opens the epoch: where the group's name stands, and its key. Opaque to the server. */
  readonly sealedInfo: Bytes;
  readonly signatures: AccountSignatures;
}

/** nonce[12] | AES-256-GCM(u64 seq of the name's entry | its key[32]). */
export const SEALED_INFO_BYTES = 12 + 40 + 16;
/** Size in bytes of every epoch: 3,647. */
export const GROUP_EPOCH_BYTES = 206 + SEALED_INFO_BYTES + ACCOUNT_SIGNATURES_BYTES;

/** Reads `input` as an epoch; checks the form, not the signatures. @throws SignedFormatError */
export function readGroupEpoch(input: Uint8Array): GroupEpoch {
  const reader = new ByteReader(input, GROUP_EPOCH_BYTES);
  reader.magic('SCK1');
  const groupId = reader.fixed(16);
  const epoch = reader.u64();
  const previousEpochHash = reader.fixed(32);
  const groupSeq = reader.u64();
  const groupHead = reader.fixed(32);
  const committerUser = reader.fixed(16);
  const committerDevice = reader.fixed(16);
  const timeMs = reader.u64();
  const size = reader.u16();
  const wrapsRoot = reader.fixed(32);
  const commitment = reader.fixed(32);
  const sealedInfo = reader.run(SEALED_INFO_BYTES);
  const signed = reader.bytes.subarray(0, reader.offset);
  const signatures = readAccountSignatures(reader);
  reader.end();
  if (epoch === 0 || groupSeq === 0 || size === 0 || size > TREE_LEAVES_MAX)
    throw new SignedFormatError('out-of-range');
  if (isZero(previousEpochHash) !== (epoch === 1) || isZero(groupHead)) throw new SignedFormatError('not-canonical');
  return {
    bytes: reader.bytes,
    signed,
    groupId,
    epoch,
    previousEpochHash,
    groupSeq,
    groupHead,
    committerUser,
    committerDevice,
    timeMs,
    size,
    wrapsRoot,
    commitment,
    sealedInfo,
    signatures,
  };
}

/** One member's wrap of the epoch's secret, and the bytes that are a leaf of the tree. */
export interface EpochWrap extends EnvelopeWrap {
  readonly bytes: Bytes;
}

/** Reads one wrap, 1,412 bytes. @throws SignedFormatError */
export function readEpochWrap(input: Uint8Array): EpochWrap {
  const reader = new ByteReader(input, ENVELOPE_WRAP_BYTES);
  const wrap = takeWrap(reader);
  reader.end();
  return { ...wrap, bytes: reader.bytes };
}

/** Reads wraps that lie end to end: 1 to 256, by rising user id, none twice. @throws SignedFormatError */
export function readEpochWraps(input: Uint8Array): readonly EpochWrap[] {
  if (input.byteLength > TREE_LEAVES_MAX * ENVELOPE_WRAP_BYTES) throw new SignedFormatError('too-large');
  if (input.byteLength === 0 || input.byteLength % ENVELOPE_WRAP_BYTES !== 0) throw new SignedFormatError('truncated');
  const wraps = Array.from({ length: input.byteLength / ENVELOPE_WRAP_BYTES }, (_, index) =>
    readEpochWrap(input.subarray(index * ENVELOPE_WRAP_BYTES, (index + 1) * ENVELOPE_WRAP_BYTES)),
  );
  const rising = wraps.every(({ userId }, index) => index === 0 || compareBytes(wraps[index - 1]!.userId, userId) < 0);
  if (!rising) throw new SignedFormatError('not-canonical');
  return wraps;
}

/** What both of the committer's account keys sign, of an epoch's signed part. */
export function epochPreimage(signed: Uint8Array): Bytes {
  return labelled('epoch', signed);
}

/** SHA-256 of this is the epoch's hash: the next one's `previousEpochHash`. */
export function epochHashPreimage(bytes: Uint8Array): Bytes {
  return labelled('epoch-hash', bytes);
}
