import { type Bytes, type Bytes16, type Bytes32, concatBytes, sameBytes } from '@secureconnect/contracts/signed/bytes';
import {
  type Bundle,
  bundleHashPreimage,
  bundlePreimage,
  CAPABILITY_SUITE_1,
  ENCRYPTION_KEY_ALGORITHMS,
  KEY_CHANGES,
  type KeyChange,
  readBundle,
  usernameHashPreimage,
} from '@secureconnect/contracts/signed/bundle';
import { CryptoError, refusingAs } from '../crypto-error.js';
import { ByteWriter } from '../encoding/byte-writer.js';
import type { Primitives } from '../primitives/primitives.js';
import { type AccountSigner, type AccountVerifier, encryptionKeyHashes, pinOf, type Recipient } from './keys.js';
import { importAccountVerifier, signAsAccount, verifyAsAccount } from './signatures.js';

/** How long a bundle stands, in milliseconds: five years. */
export const BUNDLE_LIFETIME_MS = 5 * 365 * 86_400_000;

export interface BundleInput {
  readonly userId: Bytes16;
  /** In its wire form (`normalizeUsername`). */
  readonly username: string;
  readonly bundleVer: number;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Of the bundle before; 32 zero bytes for bundleVer 1. */
  readonly previousBundleHash: Bytes32;
  readonly signer: AccountSigner;
  /** The account keys before this bundle, if they change with it. */
  readonly previousSigner?: AccountSigner | null;
  /** The account keys change and the old ones are gone (`resetAccount`). */
  readonly reset?: boolean;
  readonly rsaSpki: Bytes;
  readonly mlkem768: Bytes;
}

/** Makes and signs a bundle (PROTOCOL 4.1): 6,956 bytes, or 10,329 where old account keys sign too. */
export async function makeBundle(p: Primitives, input: BundleInput): Promise<Bytes> {
  const previousSigner = input.previousSigner ?? null;
  const keyChange: KeyChange = input.reset === true ? 'reset' : previousSigner === null ? 'none' : 'co-signed';
  const signed = new ByteWriter()
    .magic('SCI1')
    .u8(1)
    .raw(input.userId)
    .raw(await p.sha256(usernameHashPreimage(input.username)))
    .u32(input.bundleVer)
    .u64(input.notBeforeMs)
    .u64(input.notAfterMs)
    .raw(input.previousBundleHash)
    .u32(CAPABILITY_SUITE_1)
    .op16(input.signer.ed25519.publicKey)
    .op16(input.signer.mldsa65.publicKey)
    .u8(2)
    .u8(ENCRYPTION_KEY_ALGORITHMS.rsaOaep2048Sha256)
    .op16(input.rsaSpki)
    .u8(ENCRYPTION_KEY_ALGORITHMS.mlkem768)
    .op16(input.mlkem768)
    .u8(KEY_CHANGES.indexOf(keyChange))
    .finish();
  const preimage = bundlePreimage(signed);
  const signatures = [await signAsAccount(p, input.signer, preimage)];
  if (previousSigner !== null && keyChange === 'co-signed')
    signatures.push(await signAsAccount(p, previousSigner, preimage));
  const bytes = concatBytes(signed, ...signatures);
  readBundle(bytes);
  return bytes;
}

/** A bundle whose signatures verify. Its time is not checked here: an old bundle still opens history. */
export interface VerifiedBundle {
  readonly bundle: Bundle;
  readonly hash: Bytes32;
  readonly verifier: AccountVerifier;
  readonly pin: Bytes32;
  readonly recipient: Recipient;
}

export interface BundleExpectation {
  readonly userId?: Bytes16;
  /** In its wire form (`normalizeUsername`). */
  readonly username?: string;
  /** The verified bundle before this one; null for the first. Without it the link is not checked. */
  readonly previous?: VerifiedBundle | null;
}

async function follows(p: Primitives, bundle: Bundle, previous: VerifiedBundle | null): Promise<boolean> {
  if (previous === null) return bundle.bundleVer === 1;
  const before = previous.bundle;
  if (bundle.bundleVer !== before.bundleVer + 1 || !sameBytes(bundle.previousBundleHash, previous.hash)) return false;
  const sameKeys = sameBytes(bundle.ed25519, before.ed25519) && sameBytes(bundle.mldsa65, before.mldsa65);
  if (sameKeys !== (bundle.keyChange === 'none')) return false;
  // no old key speaks for a reset: it follows, it shows, and whoever pinned the old keys is asked (`comparePin`)
  if (bundle.previousSignatures === null) return true;
  return verifyAsAccount(p, previous.verifier, bundle.previousSignatures, bundlePreimage(bundle.signed));
}

/**
 * Believes a bundle (PROTOCOL 4.2 to 4.5): form, weak keys [T-34], both signatures over all of it [T-32, T-33], user and name [T-35],
 * and that it follows the bundle before: with other account keys only signed by the old ones, or as a reset that says so.
 * @throws CryptoError `identity-refused`
 */
export function verifyBundle(p: Primitives, input: Uint8Array, expected: BundleExpectation): Promise<VerifiedBundle> {
  return refusingAs('identity-refused', async () => {
    const bundle = readBundle(input);
    const verifier = await importAccountVerifier(p, bundle);
    const [signed, hash, pin, hashes, rsa, kem] = await Promise.all([
      verifyAsAccount(p, verifier, bundle.signatures, bundlePreimage(bundle.signed)),
      p.sha256(bundleHashPreimage(bundle.bytes)),
      pinOf(p, bundle.ed25519, bundle.mldsa65),
      encryptionKeyHashes(p, bundle.rsaSpki, bundle.mlkem768),
      p.rsaOaep.importPublic(bundle.rsaSpki),
      p.mlkem768.importPublic(bundle.mlkem768),
    ]);
    const { userId, username, previous } = expected;
    const accepted =
      signed &&
      (userId === undefined || sameBytes(userId, bundle.userId)) &&
      (username === undefined || sameBytes(await p.sha256(usernameHashPreimage(username)), bundle.usernameHash)) &&
      (previous === undefined || (await follows(p, bundle, previous)));
    if (!accepted) throw new CryptoError('identity-refused');
    const recipient = { userId: bundle.userId, bundleVer: bundle.bundleVer, rsa, kem, ...hashes };
    return { bundle, hash, verifier, pin, recipient };
  });
}
