import { ByteReader } from '@secureconnect/contracts/signed/byte-reader';
import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import { SignedFormatError } from '@secureconnect/contracts/signed/bytes';
import { VAULT_ITEM_MAX_BYTES } from '@secureconnect/contracts/signed/vault';
import { ByteWriter } from '../encoding/byte-writer.js';
import type { AccountKeySeeds, EncryptionKeySecrets } from '../identity/account.js';
import { EARLIER_PINS_MAX, type EarlierPin, type Pin, type VerificationMethod } from '../identity/pin.js';

// What stands inside the sealed items of types 1, 2 and 4 (PROTOCOL 3.7). Each begins with a version byte of its own.

const METHODS: readonly VerificationMethod[] = ['none', 'compared', 'scanned'];
/** Bounds of a PKCS #8 RSA-2048 key: the leading zeros of its numbers move it by a few bytes. */
const RSA_PKCS8_MIN_BYTES = 1_100;
const RSA_PKCS8_MAX_BYTES = 1_300;

function reading<T>(content: Uint8Array, read: (reader: ByteReader) => T): T {
  const reader = new ByteReader(content, VAULT_ITEM_MAX_BYTES);
  reader.version(1);
  const value = read(reader);
  reader.end();
  return value;
}

/** Item type 1, 65 bytes: u8 ver | Ed25519 seed[32] | ML-DSA-65 seed[32]. */
export function writeAccountKeys(seeds: AccountKeySeeds): Bytes {
  return new ByteWriter().u8(1).raw(seeds.ed25519).raw(seeds.mldsa65).finish();
}

export function readAccountKeys(content: Uint8Array): AccountKeySeeds {
  return reading(content, (reader) => ({ ed25519: reader.fixed(32), mldsa65: reader.fixed(32) }));
}

/** Item type 2: u8 ver | u32 bundleVer | op16 PKCS #8 | ML-KEM seed[64]. */
export function writeEncryptionKeys(secrets: EncryptionKeySecrets): Bytes {
  return new ByteWriter().u8(1).u32(secrets.bundleVer).op16(secrets.rsaPkcs8).raw(secrets.mlkemSeed).finish();
}

export function readEncryptionKeys(content: Uint8Array): EncryptionKeySecrets {
  return reading(content, (reader) => ({
    bundleVer: reader.u32(),
    rsaPkcs8: reader.op16(RSA_PKCS8_MIN_BYTES, RSA_PKCS8_MAX_BYTES),
    mlkemSeed: reader.fixed(64),
  }));
}

/**
 * Item type 4, 70 bytes: u8 ver | peer[16] | pin[32] | u64 firstSeen | u64 verifiedAt (0: never) | u8 method | u32 highest bundleVer. Version 2,
 * where keys were accepted: then u8 n | n x { pin[32] | u64 replacedAt | u64 verifiedAt | u8 method }.
 */
export function writePin(pin: Pin): Bytes {
  const earlier = pin.earlier ?? [];
  const writer = new ByteWriter()
    .u8(earlier.length === 0 ? 1 : 2)
    .raw(pin.peerUserId)
    .raw(pin.pin)
    .u64(pin.firstSeenAtMs)
    .u64(pin.verifiedAtMs ?? 0)
    .u8(METHODS.indexOf(pin.method))
    .u32(pin.highestBundleVer);
  if (earlier.length > 0) writer.u8(earlier.length);
  for (const { pin: before, replacedAtMs, verifiedAtMs, method } of earlier) {
    writer
      .raw(before)
      .u64(replacedAtMs)
      .u64(verifiedAtMs ?? 0)
      .u8(METHODS.indexOf(method));
  }
  const bytes = writer.finish();
  readPin(bytes);
  return bytes;
}

function takeVerified(reader: ByteReader): Pick<Pin, 'verifiedAtMs' | 'method'> {
  const verifiedAtMs = reader.u64();
  const method = METHODS[reader.u8()];
  if (method === undefined || (method === 'none') !== (verifiedAtMs === 0)) throw new SignedFormatError('out-of-range');
  return { verifiedAtMs: verifiedAtMs === 0 ? null : verifiedAtMs, method };
}

function takeEarlier(reader: ByteReader): readonly EarlierPin[] {
  const count = reader.u8();
  if (count === 0 || count > EARLIER_PINS_MAX) throw new SignedFormatError('out-of-range');
  return Array.from({ length: count }, () => {
    const [pin, replacedAtMs] = [reader.fixed(32), reader.u64()];
    return { pin, replacedAtMs, ...takeVerified(reader) };
  });
}

export function readPin(content: Uint8Array): Pin {
  const reader = new ByteReader(content, VAULT_ITEM_MAX_BYTES);
  const version = reader.u8();
  if (version !== 1 && version !== 2) throw new SignedFormatError('unknown-version');
  const [peerUserId, pin, firstSeenAtMs] = [reader.fixed(16), reader.fixed(32), reader.u64()] as const;
  const verified = takeVerified(reader);
  const highestBundleVer = reader.u32();
  const earlier = version === 2 ? { earlier: takeEarlier(reader) } : {};
  reader.end();
  return { peerUserId, pin, firstSeenAtMs, ...verified, highestBundleVer, ...earlier };
}
