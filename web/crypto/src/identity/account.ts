import {
  type Bytes,
  type Bytes16,
  type Bytes32,
  concatBytes,
  type FixedBytes,
  sameBytes,
} from '@secureconnect/contracts/signed/bytes';
import { CryptoError } from '../crypto-error.js';
import { equalBytes } from '../encoding/equal.js';
import type { Primitives } from '../primitives/primitives.js';
import { BUNDLE_LIFETIME_MS, makeBundle } from './bundle.js';
import { verifyIdentity, type VerifiedIdentity } from './directory.js';
import { type Account, type DecryptionKeys, encryptionKeyHashes } from './keys.js';

/** Account signing keys as the vault stores them: seeds, 32 bytes each. */
export interface AccountKeySeeds {
  readonly ed25519: Bytes32;
  readonly mldsa65: Bytes32;
}

/** Encryption keys as the vault stores them: one item for each bundle. */
export interface EncryptionKeySecrets {
  readonly bundleVer: number;
  /** PKCS #8, about 1,218 bytes. */
  readonly rsaPkcs8: Bytes;
  /** FIPS 203 d || z. */
  readonly mlkemSeed: FixedBytes<64>;
}

/** All private bytes of an account. They go into the vault, and nowhere else. */
export interface AccountSecrets {
  readonly signing: AccountKeySeeds;
  readonly encryption: readonly EncryptionKeySecrets[];
}

/** Turns stored private bytes into handles; every public half is computed from its private one. Rejects when a key does not import. */
export async function importAccount(p: Primitives, userId: Bytes16, secrets: AccountSecrets): Promise<Account> {
  const [ed25519, mldsa65, keys] = await Promise.all([
    p.ed25519.importSeed(secrets.signing.ed25519),
    p.mldsa65.importSeed(secrets.signing.mldsa65),
    Promise.all(secrets.encryption.map((entry) => importDecryptionKeys(p, entry))),
  ]);
  return { userId, ed25519, mldsa65, encryption: new Map(keys.map((entry) => [entry.bundleVer, entry])) };
}

/** One bundle's private keys as handles. Rejects when a key does not import. */
export async function importDecryptionKeys(p: Primitives, secrets: EncryptionKeySecrets): Promise<DecryptionKeys> {
  const [rsa, kem] = await Promise.all([
    p.rsaOaep.importPrivate(secrets.rsaPkcs8),
    p.mlkem768.importSeed(secrets.mlkemSeed),
  ]);
  return {
    bundleVer: secrets.bundleVer,
    rsa: rsa.key,
    rsaSpki: rsa.spki,
    kem: kem.key,
    kemPublicKey: kem.publicKey,
    ...(await encryptionKeyHashes(p, rsa.spki, kem.publicKey)),
  };
}

/** A new account: what is published, what goes into the vault, and the same as handles. */
export interface NewAccount {
  readonly account: Account;
  readonly secrets: AccountSecrets;
  readonly bundle: Bytes;
  readonly identity: VerifiedIdentity;
}

/** Fresh encryption keys for one bundle: RSA-OAEP-2048 and ML-KEM-768. */
export async function makeEncryptionKeys(p: Primitives, bundleVer: number): Promise<EncryptionKeySecrets> {
  const mlkemSeed = p.randomBytes(64) as FixedBytes<64>;
  const { spki, pkcs8 } = await p.rsaOaep.generate();
  const imported = await p.rsaOaep.importPrivate(pkcs8);
  if (!sameBytes(imported.spki, spki)) throw new CryptoError('identity-mismatch');
  return { bundleVer, rsaPkcs8: pkcs8, mlkemSeed };
}

async function makeAccount(
  p: Primitives,
  input: { readonly userId: Bytes16; readonly username: string; readonly nowMs: number },
  before: VerifiedIdentity | null,
): Promise<NewAccount> {
  const { userId, username, nowMs } = input;
  const bundleVer = (before?.current.bundle.bundleVer ?? 0) + 1;
  const signing = { ed25519: p.randomBytes(32) as Bytes32, mldsa65: p.randomBytes(32) as Bytes32 };
  const secrets = { signing, encryption: [await makeEncryptionKeys(p, bundleVer)] };
  const account = await importAccount(p, userId, secrets);
  const keys = account.encryption.get(bundleVer)!;
  const bundle = await makeBundle(p, {
    userId,
    username,
    bundleVer,
    notBeforeMs: nowMs,
    notAfterMs: nowMs + BUNDLE_LIFETIME_MS,
    previousBundleHash: before?.current.hash ?? (new Uint8Array(32) as Bytes32),
    signer: account,
    reset: before !== null,
    rsaSpki: keys.rsaSpki,
    mlkem768: keys.kemPublicKey,
  });
  const earlier = before === null ? [] : [...before.bundles.values()].map((verified) => verified.bundle.bytes);
  const identity = await verifyIdentity(p, { userId, username, bundles: [...earlier, bundle], nowMs });
  return { account, secrets, bundle, identity };
}

/**
 * Makes all keys of a new account and its first bundle. To be called at sign-up and nowhere else: a vault that is missing or does not
 * open never leads here (PROTOCOL 3.10, THREATS 11).
 */
export function createAccount(
  p: Primitives,
  input: { readonly userId: Bytes16; readonly username: string; readonly nowMs: number },
): Promise<NewAccount> {
  return makeAccount(p, input, null);
}

/**
 * "Start fresh" (PROTOCOL 3.14): other account keys under the same name, in a bundle that names the one before it and that no old key has
 * signed. Everything sealed before stays closed; every contact sees it. Only where a person asked for it, knowing that.
 * @param input.before - what the directory holds of the user, verified; it says only which bundle the new one follows
 */
export function resetAccount(
  p: Primitives,
  input: { readonly username: string; readonly before: VerifiedIdentity; readonly nowMs: number },
): Promise<NewAccount> {
  return makeAccount(p, { ...input, userId: input.before.userId }, input.before);
}

async function opensWhatIsSealed(p: Primitives, keys: DecryptionKeys, identity: VerifiedIdentity): Promise<boolean> {
  const recipient = identity.bundles.get(keys.bundleVer)!.recipient;
  const probe = p.randomBytes(32);
  const { ciphertext, sharedKey } = await p.mlkem768.encapsulate(recipient.kem);
  const [opened, decapsulated] = await Promise.all([
    p.rsaOaep.encrypt(recipient.rsa, probe).then((sealed) => p.rsaOaep.decrypt(keys.rsa, sealed)),
    p.mlkem768.decapsulate(keys.kem, ciphertext),
  ]);
  return equalBytes(concatBytes(opened, decapsulated), concatBytes(probe, sharedKey));
}

/**
 * Checks that the published identity is the opened account's own (THREATS 12, 21): same user, every public key equal to the one
 * computed from the private key, keys for every bundle since the last reset, and a probe that is sealed and opened with each pair.
 * @throws CryptoError `identity-mismatch`
 */
export async function matchAccount(p: Primitives, account: Account, identity: VerifiedIdentity): Promise<void> {
  const { current, lastReset } = identity;
  const own = [...identity.bundles.values()].filter(({ bundle }) => bundle.bundleVer >= (lastReset?.bundleVer ?? 1));
  let matches =
    sameBytes(account.userId, identity.userId) &&
    sameBytes(account.ed25519.publicKey, current.bundle.ed25519) &&
    sameBytes(account.mldsa65.publicKey, current.bundle.mldsa65) &&
    account.encryption.size === own.length;
  for (const { bundle } of own) {
    const keys = account.encryption.get(bundle.bundleVer);
    matches &&=
      keys !== undefined &&
      sameBytes(keys.rsaSpki, bundle.rsaSpki) &&
      sameBytes(keys.kemPublicKey, bundle.mlkem768) &&
      (await opensWhatIsSealed(p, keys, identity).catch(() => false));
  }
  if (!matches) throw new CryptoError('identity-mismatch');
}
