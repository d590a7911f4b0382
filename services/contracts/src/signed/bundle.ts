import { ByteReader } from './byte-reader.js';
import { type Bytes, type Bytes16, type Bytes32, isZero, type FixedBytes, SignedFormatError } from './bytes.js';
import { labelled } from './labels.js';
import { checkEd25519, checkMlDsa65, checkMlKem768, checkRsaSpki, KEY_SIZES } from './public-keys.js';
import { type AccountSignatures, readAccountSignatures } from './signatures.js';

/** Ids of encryption keys in a bundle. Suite 1 wants both, each once, in this order [T-33]. */
export const ENCRYPTION_KEY_ALGORITHMS = { rsaOaep2048Sha256: 1, mlkem768: 2 } as const;
/** Bit of `capabilities` that every bundle sets: the account reads suite 1. Other bits are reserved, and signed like this one. */
export const CAPABILITY_SUITE_1 = 1;

/**
 * How a bundle's account keys stand to those of the bundle before: the same; others, for which the old keys signed too; or others without
 * the old keys' word: the person started fresh, and everybody sees it (PROTOCOL 4.3).
 */
export const KEY_CHANGES = ['none', 'co-signed', 'reset'] as const;
export type KeyChange = (typeof KEY_CHANGES)[number];

/** A user's published identity (PROTOCOL 4.1). Nothing in it is believed before its signatures verify. */
export interface Bundle {
  /** The structure as sent. */
  readonly bytes: Bytes;
  /** The part that is signed: everything before the signatures. */
  readonly signed: Bytes;
  readonly userId: Bytes16;
  readonly usernameHash: Bytes32;
  /** From 1; never goes down. */
  readonly bundleVer: number;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Zero in the first bundle alone. */
  readonly previousBundleHash: Bytes32;
  readonly capabilities: number;
  readonly ed25519: Bytes32;
  readonly mldsa65: FixedBytes<1952>;
  /** DER SubjectPublicKeyInfo, 294 bytes. */
  readonly rsaSpki: Bytes;
  /** FIPS 203 encapsulation key, 1,184 bytes. */
  readonly mlkem768: Bytes;
  readonly signatures: AccountSignatures;
  readonly keyChange: KeyChange;
  /** By the account keys of the bundle before; there when `keyChange` is `co-signed`. */
  readonly previousSignatures: AccountSignatures | null;
}

/** Cap in bytes; a bundle is 6,956 bytes, or 10,329 where old account keys sign for new ones. */
export const BUNDLE_MAX_BYTES = 16_384;

function readEncryptionKey(reader: ByteReader, algorithm: number, size: number): Bytes {
  if (reader.u8() !== algorithm) throw new SignedFormatError('unknown-id');
  return reader.op16(size);
}

/**
 * Reads `input` as a bundle. Checks the form and the public keys, not the signatures.
 * @throws SignedFormatError
 */
export function readBundle(input: Uint8Array): Bundle {
  const reader = new ByteReader(input, BUNDLE_MAX_BYTES);
  reader.magic('SCI1');
  reader.version(1);
  const userId = reader.fixed(16);
  const usernameHash = reader.fixed(32);
  const bundleVer = reader.u32();
  const notBeforeMs = reader.u64();
  const notAfterMs = reader.u64();
  const previousBundleHash = reader.fixed(32);
  const capabilities = reader.u32();
  const ed25519 = reader.op16(KEY_SIZES.ed25519) as Bytes32;
  const mldsa65 = reader.op16(KEY_SIZES.mldsa65) as FixedBytes<1952>;
  if (reader.u8() !== 2) throw new SignedFormatError('out-of-range');
  const rsaSpki = readEncryptionKey(reader, ENCRYPTION_KEY_ALGORITHMS.rsaOaep2048Sha256, KEY_SIZES.rsaSpki);
  const mlkem768 = readEncryptionKey(reader, ENCRYPTION_KEY_ALGORITHMS.mlkem768, KEY_SIZES.mlkem768);
  const keyChange = KEY_CHANGES[reader.u8()];
  if (keyChange === undefined) throw new SignedFormatError('out-of-range');
  const signed = reader.bytes.subarray(0, reader.offset);
  const signatures = readAccountSignatures(reader);
  const previousSignatures = keyChange === 'co-signed' ? readAccountSignatures(reader) : null;
  reader.end();

  const first = bundleVer === 1;
  if (bundleVer === 0 || notAfterMs <= notBeforeMs || (capabilities & CAPABILITY_SUITE_1) === 0) {
    throw new SignedFormatError('out-of-range');
  }
  if (isZero(previousBundleHash) !== first || (first && keyChange !== 'none'))
    throw new SignedFormatError('not-canonical');
  checkEd25519(ed25519);
  checkMlDsa65(mldsa65);
  checkRsaSpki(rsaSpki);
  checkMlKem768(mlkem768);
  return {
    bytes: reader.bytes,
    signed,
    userId,
    usernameHash,
    bundleVer,
    notBeforeMs,
    notAfterMs,
    previousBundleHash,
    capabilities,
    ed25519,
    mldsa65,
    rsaSpki,
    mlkem768,
    signatures,
    keyChange,
    previousSignatures,
  };
}

/** What both account keys sign, of a bundle's signed part. */
export function bundlePreimage(signed: Uint8Array): Bytes {
  return labelled('bundle', signed);
}

/** SHA-256 of this is the bundle's hash, which the next bundle names. */
export function bundleHashPreimage(bytes: Uint8Array): Bytes {
  return labelled('bundle-hash', bytes);
}

/** SHA-256 of this is a bundle's `usernameHash`; `username` is already in its lowercase wire form (ASCII). */
export function usernameHashPreimage(username: string): Bytes {
  const text = new Uint8Array(username.length + 2);
  new DataView(text.buffer).setUint16(0, username.length);
  for (let index = 0; index < username.length; index++) {
    const code = username.charCodeAt(index);
    if (code > 0x7f) throw new SignedFormatError('out-of-range');
    text[index + 2] = code;
  }
  return labelled('username', text);
}
