import { ByteReader } from './byte-reader.js';
import { type Bytes, type Bytes16, type Bytes32, SignedFormatError } from './bytes.js';
import { labelled } from './labels.js';
import { checkEd25519 } from './public-keys.js';
import { ACCOUNT_SIGNATURES_BYTES, type AccountSignatures, readAccountSignatures } from './signatures.js';

/** Says that a device signs for an account (PROTOCOL 4.6). */
export interface DeviceCert {
  readonly bytes: Bytes;
  /** The part that is signed: everything before the signatures. */
  readonly signed: Bytes;
  readonly userId: Bytes16;
  readonly deviceId: Bytes16;
  readonly ed25519: Bytes32;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly signatures: AccountSignatures;
}

/** Size in bytes of every device certificate: 3,457. */
export const DEVICE_CERT_BYTES = 84 + ACCOUNT_SIGNATURES_BYTES;

/** Reads `input` as a device certificate; checks the form, not the signatures. @throws SignedFormatError */
export function readDeviceCert(input: Uint8Array): DeviceCert {
  const reader = new ByteReader(input, DEVICE_CERT_BYTES);
  reader.magic('SCD1');
  const userId = reader.fixed(16);
  const deviceId = reader.fixed(16);
  const ed25519 = reader.fixed(32);
  const createdAtMs = reader.u64();
  const expiresAtMs = reader.u64();
  const signed = reader.bytes.subarray(0, reader.offset);
  const signatures = readAccountSignatures(reader);
  reader.end();
  if (expiresAtMs <= createdAtMs) throw new SignedFormatError('out-of-range');
  checkEd25519(ed25519);
  return { bytes: reader.bytes, signed, userId, deviceId, ed25519, createdAtMs, expiresAtMs, signatures };
}

/** What both account keys sign, of a certificate's signed part. */
export function deviceCertPreimage(signed: Uint8Array): Bytes {
  return labelled('device-cert', signed);
}

/** Takes a device's right to sign away, from a time on (PROTOCOL 4.7). */
export interface Revocation {
  readonly bytes: Bytes;
  readonly signed: Bytes;
  readonly userId: Bytes16;
  readonly deviceId: Bytes16;
  readonly revokedAtMs: number;
  readonly signatures: AccountSignatures;
}

/** Size in bytes of every revocation. */
export const REVOCATION_BYTES = 44 + ACCOUNT_SIGNATURES_BYTES;

/** Reads `input` as a revocation; checks the form, not the signatures. @throws SignedFormatError */
export function readRevocation(input: Uint8Array): Revocation {
  const reader = new ByteReader(input, REVOCATION_BYTES);
  reader.magic('SCR1');
  const userId = reader.fixed(16);
  const deviceId = reader.fixed(16);
  const revokedAtMs = reader.u64();
  const signed = reader.bytes.subarray(0, reader.offset);
  const signatures = readAccountSignatures(reader);
  reader.end();
  return { bytes: reader.bytes, signed, userId, deviceId, revokedAtMs, signatures };
}

/** What both account keys sign, of a revocation's signed part. */
export function revocationPreimage(signed: Uint8Array): Bytes {
  return labelled('revocation', signed);
}
