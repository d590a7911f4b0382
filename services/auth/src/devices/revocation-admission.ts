import { fromBase64Url } from '@secureconnect/contracts/encoding';
import type { DeviceId, UserId } from '@secureconnect/contracts/ids';
import { SignedFormatError } from '@secureconnect/contracts/signed/bytes';
import { readRevocation, revocationPreimage, type Revocation } from '@secureconnect/contracts/signed/device';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { Violation } from '@secureconnect/platform/problem/violation';
import { verifyAccountSignatures, type AccountKeys } from '../directory/account-signatures.js';
import { CLOCK_SKEW_MS } from '../directory/first-bundle.js';
import type { SignedRevocation } from '../store/device-rows.js';

/**
 * Checks revocations (PROTOCOL 4): of this user's devices, each device once, not of tomorrow, signed by both account keys; all or none.
 * @throws Violation `revocation-refused` for every reason alike
 */
export async function admitRevocations(
  texts: readonly string[],
  userId: UserId,
  keys: AccountKeys,
  nowMs: number,
): Promise<SignedRevocation[]> {
  const admitted = new Map<DeviceId, SignedRevocation>();
  for (const text of texts) {
    const revocation = parse(text);
    const deviceId = idToHex(revocation.deviceId) as DeviceId;
    const isOwn =
      idToHex(revocation.userId) === userId &&
      !admitted.has(deviceId) &&
      revocation.revokedAtMs <= nowMs + CLOCK_SKEW_MS &&
      (await verifyAccountSignatures(keys, revocationPreimage(revocation.signed), revocation.signatures));
    if (!isOwn) throw new Violation('revocation-refused');
    admitted.set(deviceId, { deviceId, bytes: revocation.bytes });
  }
  return [...admitted.values()];
}

function parse(text: string): Revocation {
  try {
    return readRevocation(fromBase64Url(text));
  } catch (error) {
    if (error instanceof SignedFormatError) throw new Violation('revocation-refused');
    throw error;
  }
}
