import { fromBase64Url } from '@secureconnect/contracts/encoding';
import type { UserId } from '@secureconnect/contracts/ids';
import { sameBytes, SignedFormatError } from '@secureconnect/contracts/signed/bytes';
import { deviceCertPreimage, readDeviceCert, type DeviceCert } from '@secureconnect/contracts/signed/device';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import { Violation } from '@secureconnect/platform/problem/violation';
import { verifyAccountSignatures, type AccountKeys } from '../directory/account-signatures.js';
import { CLOCK_SKEW_MS } from '../directory/first-bundle.js';
import type { StoredDevice } from '../store/device-rows.js';

/**
 * Checks a device certificate (PROTOCOL 4): of this user, valid now, signed by both account keys.
 * @throws Violation `device-refused` for every reason alike
 */
export async function admitDeviceCert(
  text: string,
  userId: UserId,
  keys: AccountKeys,
  nowMs: number,
): Promise<DeviceCert> {
  const cert = parseCert(text);
  const isCurrent = cert.createdAtMs <= nowMs + CLOCK_SKEW_MS && cert.expiresAtMs > nowMs;
  if (idToHex(cert.userId) !== userId || !isCurrent) throw new Violation('device-refused');
  if (!(await verifyAccountSignatures(keys, deviceCertPreimage(cert.signed), cert.signatures)))
    throw new Violation('device-refused');
  return cert;
}

function parseCert(text: string): DeviceCert {
  try {
    return readDeviceCert(fromBase64Url(text));
  } catch (error) {
    if (error instanceof SignedFormatError) throw new Violation('device-refused');
    throw error;
  }
}

export type Publishing = 'published' | 'device-refused' | 'too-many-devices';

/**
 * What becomes of a verified certificate: a new device is stored while there is room; a known one may only be renewed, for the
 * same key of the same user, never back to an older certificate, and not after it was revoked or left behind by a fresh start.
 */
export function decidePublication(
  cert: DeviceCert,
  userId: UserId,
  existing: StoredDevice | null,
  devices: number,
): Publishing {
  if (existing === null) return devices < LIMITS.devicesPerAccountMax ? 'published' : 'too-many-devices';
  const before = readDeviceCert(existing.cert);
  const renews =
    existing.userId === userId &&
    !existing.revoked &&
    !existing.superseded &&
    sameBytes(before.ed25519, cert.ed25519) &&
    cert.createdAtMs >= before.createdAtMs;
  return renews ? 'published' : 'device-refused';
}
