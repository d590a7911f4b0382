import { createHash } from 'node:crypto';
import { fromBase64Url } from '@secureconnect/contracts/encoding';
import type { UserId, Username } from '@secureconnect/contracts/ids';
import { bundlePreimage, readBundle, usernameHashPreimage, type Bundle } from '@secureconnect/contracts/signed/bundle';
import { sameBytes, SignedFormatError } from '@secureconnect/contracts/signed/bytes';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { Violation } from '@secureconnect/platform/problem/violation';
import { verifyAccountSignatures } from './account-signatures.js';

/** How far a client's clock may be ahead of ours. */
export const CLOCK_SKEW_MS = 24 * 3_600_000;

export function sha256(preimage: Uint8Array): Buffer {
  return createHash('sha256').update(preimage).digest();
}

/**
 * Checks the bundle of a new account (PROTOCOL 4): this user, this name, version 1, valid now, and signed by both of its own keys,
 * which proves that who registers it holds them [T-35].
 * @throws Violation `identity-refused` for every reason alike
 */
export async function admitFirstBundle(
  text: string,
  userId: UserId,
  username: Username,
  nowMs: number,
): Promise<Bundle> {
  const bundle = parseBundle(text);
  const isOwn =
    idToHex(bundle.userId) === userId &&
    sameBytes(bundle.usernameHash, sha256(usernameHashPreimage(username))) &&
    bundle.bundleVer === 1 &&
    bundle.notBeforeMs <= nowMs + CLOCK_SKEW_MS &&
    bundle.notAfterMs > nowMs;
  if (!isOwn || !(await verifyAccountSignatures(bundle, bundlePreimage(bundle.signed), bundle.signatures))) {
    throw new Violation('identity-refused');
  }
  return bundle;
}

/** @throws Violation `identity-refused` */
export function parseBundle(text: string): Bundle {
  try {
    return readBundle(fromBase64Url(text));
  } catch (error) {
    if (error instanceof SignedFormatError) throw new Violation('identity-refused');
    throw error;
  }
}
