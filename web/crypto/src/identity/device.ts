import { type Bytes, type Bytes16, type Bytes32, concatBytes, sameBytes } from '@secureconnect/contracts/signed/bytes';
import {
  deviceCertPreimage,
  readDeviceCert,
  readRevocation,
  revocationPreimage,
} from '@secureconnect/contracts/signed/device';
import { CryptoError, refusingAs } from '../crypto-error.js';
import { ByteWriter } from '../encoding/byte-writer.js';
import type { Ed25519Signer, Ed25519Verifier, Primitives } from '../primitives/primitives.js';
import type { VerifiedBundle } from './bundle.js';
import type { Account } from './keys.js';
import { signAsAccount, verifyAsAccount } from './signatures.js';

/** How long a device certificate stands, in milliseconds: two years. */
export const DEVICE_CERT_LIFETIME_MS = 2 * 365 * 86_400_000;

export interface NewDevice {
  readonly deviceId: Bytes16;
  /** Not extractable; IndexedDB keeps it as it is. */
  readonly signer: Ed25519Signer;
  readonly publicKey: Bytes32;
  /** Certificate to publish, 3,457 bytes. */
  readonly cert: Bytes;
}

/** Makes a device's signing key and the certificate by which the account vouches for it (PROTOCOL 4.6). */
export async function makeDevice(
  p: Primitives,
  input: { readonly account: Account; readonly nowMs: number },
): Promise<NewDevice> {
  const { account, nowMs } = input;
  const deviceId = p.randomBytes(16) as Bytes16;
  const { signer, publicKey } = await p.ed25519.generate();
  const signed = new ByteWriter()
    .magic('SCD1')
    .raw(account.userId)
    .raw(deviceId)
    .raw(publicKey)
    .u64(nowMs)
    .u64(nowMs + DEVICE_CERT_LIFETIME_MS)
    .finish();
  const cert = concatBytes(signed, await signAsAccount(p, account, deviceCertPreimage(signed)));
  return { deviceId, signer, publicKey, cert };
}

/** A device for which its account has vouched. Revocation is a matter of its own. */
export interface VerifiedDevice {
  readonly userId: Bytes16;
  readonly deviceId: Bytes16;
  /** Of the account keys that vouch for it (PROTOCOL 7.1). */
  readonly accountPin: Bytes32;
  readonly verifier: Ed25519Verifier;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/**
 * Believes a device certificate: `bundle` is the account's bundle of the version that the envelope names.
 * @throws CryptoError `device-refused`
 */
export function verifyDevice(p: Primitives, cert: Uint8Array, bundle: VerifiedBundle): Promise<VerifiedDevice> {
  return refusingAs('device-refused', async () => {
    const { userId, deviceId, ed25519, createdAtMs, expiresAtMs, signed, signatures } = readDeviceCert(cert);
    const accepted =
      sameBytes(userId, bundle.bundle.userId) &&
      (await verifyAsAccount(p, bundle.verifier, signatures, deviceCertPreimage(signed)));
    if (!accepted) throw new CryptoError('device-refused');
    const verifier = await p.ed25519.importPublic(ed25519);
    return { userId, deviceId, accountPin: bundle.pin, verifier, createdAtMs, expiresAtMs };
  });
}

/** Takes a device's right to sign away from `nowMs` on (PROTOCOL 4.7), 3,417 bytes. */
export async function makeRevocation(
  p: Primitives,
  input: { readonly account: Account; readonly deviceId: Bytes16; readonly nowMs: number },
): Promise<Bytes> {
  const { account, deviceId, nowMs } = input;
  const signed = new ByteWriter().magic('SCR1').raw(account.userId).raw(deviceId).u64(nowMs).finish();
  return concatBytes(signed, await signAsAccount(p, account, revocationPreimage(signed)));
}

/** Believes a revocation. @throws CryptoError `device-refused` */
export function verifyRevocation(
  p: Primitives,
  input: Uint8Array,
  bundle: VerifiedBundle,
): Promise<{ readonly userId: Bytes16; readonly deviceId: Bytes16; readonly revokedAtMs: number }> {
  return refusingAs('device-refused', async () => {
    const { userId, deviceId, revokedAtMs, signed, signatures } = readRevocation(input);
    const accepted =
      sameBytes(userId, bundle.bundle.userId) &&
      (await verifyAsAccount(p, bundle.verifier, signatures, revocationPreimage(signed)));
    if (!accepted) throw new CryptoError('device-refused');
    return { userId, deviceId, revokedAtMs };
  });
}
