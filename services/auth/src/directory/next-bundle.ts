import type { UserId, Username } from '@secureconnect/contracts/ids';
import {
  bundleHashPreimage,
  bundlePreimage,
  usernameHashPreimage,
  type Bundle,
  type KeyChange,
} from '@secureconnect/contracts/signed/bundle';
import { sameBytes } from '@secureconnect/contracts/signed/bytes';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { Violation } from '@secureconnect/platform/problem/violation';
import { verifyAccountSignatures } from './account-signatures.js';
import { CLOCK_SKEW_MS, parseBundle, sha256 } from './first-bundle.js';

export interface BundleSuccession {
  readonly userId: UserId;
  readonly username: Username;
  /** The newest bundle that is stored. */
  readonly before: Bundle;
  /** How the account keys may stand to those before. */
  readonly keyChanges: readonly KeyChange[];
  readonly nowMs: number;
}

/**
 * Checks a bundle that follows another one (PROTOCOL 4): same user and name, the next version, naming the one before by its hash, valid
 * now and not from before it, with other encryption keys, signed by its own account keys; where those changed, by the old ones too, or
 * openly a reset, which is dated now: contacts refuse what older devices sign after that date.
 * @throws Violation `identity-refused` for every reason alike
 */
export async function admitNextBundle(text: string, succession: BundleSuccession): Promise<Bundle> {
  const bundle = parseBundle(text);
  if (!follows(bundle, succession) || !(await isSigned(bundle, succession.before))) {
    throw new Violation('identity-refused');
  }
  return bundle;
}

function follows(bundle: Bundle, { userId, username, before, keyChanges, nowMs }: BundleSuccession): boolean {
  const sameKeys = sameBytes(bundle.ed25519, before.ed25519) && sameBytes(bundle.mldsa65, before.mldsa65);
  return (
    idToHex(bundle.userId) === userId &&
    sameBytes(bundle.usernameHash, sha256(usernameHashPreimage(username))) &&
    bundle.bundleVer === before.bundleVer + 1 &&
    sameBytes(bundle.previousBundleHash, sha256(bundleHashPreimage(before.bytes))) &&
    keyChanges.includes(bundle.keyChange) &&
    sameKeys === (bundle.keyChange === 'none') &&
    !sameBytes(bundle.rsaSpki, before.rsaSpki) &&
    !sameBytes(bundle.mlkem768, before.mlkem768) &&
    bundle.notBeforeMs >= before.notBeforeMs &&
    bundle.notBeforeMs <= nowMs + CLOCK_SKEW_MS &&
    (bundle.keyChange !== 'reset' || bundle.notBeforeMs >= nowMs - CLOCK_SKEW_MS) &&
    bundle.notAfterMs > nowMs
  );
}

async function isSigned(bundle: Bundle, before: Bundle): Promise<boolean> {
  const preimage = bundlePreimage(bundle.signed);
  if (!(await verifyAccountSignatures(bundle, preimage, bundle.signatures))) return false;
  return bundle.previousSignatures === null || verifyAccountSignatures(before, preimage, bundle.previousSignatures);
}
