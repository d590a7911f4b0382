import { ByteReader } from './byte-reader.js';
import {
  type Bytes,
  type Bytes16,
  type Bytes32,
  compareBytes,
  type FixedBytes,
  isZero,
  sameBytes,
  SignedFormatError,
} from './bytes.js';
import { labelled } from './labels.js';
import { isPaddedLength } from './padding.js';
import { KEY_SIZES } from './public-keys.js';

/** Kinds of envelope (PROTOCOL 5.1). Kinds 3 and 4 are structures of their own: `group-epoch.ts`, `group-entry.ts`. */
export const ENVELOPE_KINDS = { direct: 1, group: 2, signal: 5, receipt: 6, ephemeral: 7 } as const;
export type EnvelopeKind = (typeof ENVELOPE_KINDS)[keyof typeof ENVELOPE_KINDS];

export interface EnvelopeHeader {
  readonly suite: 1;
  readonly kind: EnvelopeKind;
  readonly conversationId: Bytes16;
  readonly messageId: Bytes16;
  readonly senderUser: Bytes16;
  readonly senderDevice: Bytes16;
  readonly senderBundleVer: number;
  /** From 1. Kinds 1 and 2: no gaps for a device in a conversation. Other kinds: a lane of their own, rising. */
  readonly senderSeq: number;
  /** Kinds 1 and 2: hash of the device's envelope before, zero at senderSeq 1 alone. Other kinds: zero. */
  readonly previousHash: Bytes32;
  readonly sentAtMs: number;
  /** Hash of the newest entry of the group's log; zero in a direct conversation. */
  readonly groupHead: Bytes32;
  /** The group's epoch, from 1; 0 in a direct conversation. */
  readonly epoch: number;
  /** What the sender has seen (PROTOCOL 5.10); zero for nothing. */
  readonly ackRoot: Bytes32;
  /** 0 and zero until the key log's stage. */
  readonly logSize: number;
  readonly logRoot: Bytes32;
}

/** The content key, sealed for one reader. */
export interface EnvelopeWrap {
  readonly userId: Bytes16;
  readonly bundleVer: number;
  readonly rsaCiphertext: FixedBytes<256>;
  readonly kemCiphertext: FixedBytes<1088>;
  readonly wrapped: FixedBytes<48>;
}

/** A sealed envelope, cut into its parts. What is written in it is a claim until the device's signature verifies. */
export interface Envelope {
  readonly bytes: Bytes;
  readonly header: EnvelopeHeader;
  /** Direct: by rising user id; the sender is one of the two. In a group none: the key comes from the epoch. */
  readonly wraps: readonly [EnvelopeWrap, EnvelopeWrap] | readonly [];
  readonly commitment: Bytes32;
  /** Header, wraps and commitment, as signed. */
  readonly head: Bytes;
  /** Nonce and ciphertext, as signed. */
  readonly body: Bytes;
  readonly nonce: FixedBytes<12>;
  readonly ciphertext: Bytes;
  readonly signature: FixedBytes<64>;
}

export const ENVELOPE_MAX_BYTES = 262_144;
/** Bytes of header, one wrap, and everything around the padded content. */
export const ENVELOPE_HEADER_BYTES = 234;
export const ENVELOPE_WRAP_BYTES = 1_412;
export const ENVELOPE_OVERHEAD_BYTES = ENVELOPE_HEADER_BYTES + 1 + 2 * ENVELOPE_WRAP_BYTES + 32 + 12 + 16 + 64;
/** The same of an envelope in a group. */
export const GROUP_ENVELOPE_OVERHEAD_BYTES = ENVELOPE_OVERHEAD_BYTES - 2 * ENVELOPE_WRAP_BYTES;

function readKind(kind: number): EnvelopeKind {
  if (kind !== 1 && kind !== 2 && kind !== 5 && kind !== 6 && kind !== 7) throw new SignedFormatError('unknown-id');
  return kind;
}

/** Whether an envelope belongs to a group: kind 2 always, receipts and ephemeral ones (6, 7) where the header names an epoch. */
export function isGroupHeader(header: Pick<EnvelopeHeader, 'epoch'>): boolean {
  return header.epoch !== 0;
}

/** Whether envelopes of this kind stand in their device's chain: no gaps, each names the hash of the one before. */
export function isChained(kind: EnvelopeKind): boolean {
  return kind === ENVELOPE_KINDS.direct || kind === ENVELOPE_KINDS.group;
}

function checkGroupFields({ kind, groupHead, epoch }: EnvelopeHeader): void {
  const inGroup = epoch !== 0;
  if (isZero(groupHead) === inGroup) throw new SignedFormatError('not-canonical');
  const { direct, group, signal } = ENVELOPE_KINDS;
  if (kind === group ? !inGroup : inGroup && (kind === direct || kind === signal)) {
    throw new SignedFormatError('not-canonical');
  }
}

function readHeader(reader: ByteReader): EnvelopeHeader {
  reader.magic('SCE1');
  if (reader.u8() !== 1) throw new SignedFormatError('unknown-id');
  const header: EnvelopeHeader = {
    suite: 1,
    kind: readKind(reader.u8()),
    conversationId: reader.fixed(16),
    messageId: reader.fixed(16),
    senderUser: reader.fixed(16),
    senderDevice: reader.fixed(16),
    senderBundleVer: reader.u32(),
    senderSeq: reader.u64(),
    previousHash: reader.fixed(32),
    sentAtMs: reader.u64(),
    groupHead: reader.fixed(32),
    epoch: reader.u64(),
    ackRoot: reader.fixed(32),
    logSize: reader.u64(),
    logRoot: reader.fixed(32),
  };
  if (header.senderSeq === 0 || header.senderBundleVer === 0) throw new SignedFormatError('out-of-range');
  const chained = isChained(header.kind) && header.senderSeq > 1;
  if (isZero(header.previousHash) === chained) throw new SignedFormatError('not-canonical');
  checkGroupFields(header);
  return header;
}

/** Reads one wrap of 1,412 bytes from inside another structure. @throws SignedFormatError */
export function takeWrap(reader: ByteReader): EnvelopeWrap {
  const wrap = {
    userId: reader.fixed(16),
    bundleVer: reader.u32(),
    rsaCiphertext: reader.fixed(KEY_SIZES.rsaCiphertext),
    kemCiphertext: reader.fixed(KEY_SIZES.mlkem768Ciphertext),
    wrapped: reader.fixed(48),
  };
  if (wrap.bundleVer === 0) throw new SignedFormatError('out-of-range');
  return wrap;
}

/** None in a group; two in a direct conversation, by rising user id, of which one is the sender's own. */
function readWraps(reader: ByteReader, header: EnvelopeHeader): Envelope['wraps'] {
  const inGroup = isGroupHeader(header);
  if (reader.u8() !== (inGroup ? 0 : 2)) throw new SignedFormatError('out-of-range');
  if (inGroup) return [];
  const wraps = [takeWrap(reader), takeWrap(reader)] as const;
  if (compareBytes(wraps[0].userId, wraps[1].userId) >= 0) throw new SignedFormatError('not-canonical');
  if (!wraps.some((wrap) => sameBytes(wrap.userId, header.senderUser))) throw new SignedFormatError('out-of-range');
  return wraps;
}

/**
 * Reads the header alone of an envelope, without copying or checking the rest: for who must route an envelope that was read whole before.
 * @throws SignedFormatError
 */
export function readEnvelopeHeader(input: Uint8Array): EnvelopeHeader {
  if (input.byteLength > ENVELOPE_MAX_BYTES) throw new SignedFormatError('too-large');
  return readHeader(new ByteReader(input.subarray(0, ENVELOPE_HEADER_BYTES), ENVELOPE_HEADER_BYTES));
}

/**
 * Reads `input` as a sealed envelope (PROTOCOL 5.1 to 5.7, 6.7). Checks the form, not the signature.
 * @throws SignedFormatError
 */
export function readEnvelope(input: Uint8Array): Envelope {
  const reader = new ByteReader(input, ENVELOPE_MAX_BYTES);
  const header = readHeader(reader);
  const wraps = readWraps(reader, header);
  const commitment = reader.fixed(32);
  const head = reader.bytes.subarray(0, reader.offset);
  const bodyBytes = reader.left - KEY_SIZES.ed25519Signature;
  if (bodyBytes < 28) throw new SignedFormatError('truncated');
  if (!isPaddedLength(bodyBytes - 28)) throw new SignedFormatError('not-canonical');
  const body = reader.run(bodyBytes);
  const signature = reader.fixed(KEY_SIZES.ed25519Signature);
  reader.end();

  return {
    bytes: reader.bytes,
    header,
    wraps,
    commitment,
    head,
    body,
    nonce: body.subarray(0, 12) as FixedBytes<12>,
    ciphertext: body.subarray(12),
    signature,
  };
}

/** SHA-256 of this binds header, wraps and commitment; it is the content's associated data. */
export function envelopeHeadPreimage(head: Uint8Array): Bytes {
  return labelled('envelope-head', head);
}

/** SHA-256 of this binds nonce and ciphertext. */
export function envelopeBodyPreimage(body: Uint8Array): Bytes {
  return labelled('envelope-body', body);
}

/** What the sending device's Ed25519 key signs, of the two hashes above. */
export function envelopeSignaturePreimage(headHash: Bytes32, bodyHash: Bytes32): Bytes {
  return labelled('envelope', headHash, bodyHash);
}

/** SHA-256 of this is the envelope's hash: the next one's `previousHash`. */
export function envelopeHashPreimage(bytes: Uint8Array): Bytes {
  return labelled('envelope-hash', bytes);
}
