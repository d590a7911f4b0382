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

async function importDecryptionKeys(p: Primitives, secrets: EncryptionKeySecrets): Promise<DecryptionKeys> {
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

/**
 * Makes all keys of a new account and its first bundle. To be called at sign-up and nowhere else: a vault that is missing or does not
 * open never leads here (PROTOCOL 3.10, THREATS 11).
 */
export async function createAccount(
  p: Primitives,
  input: { readonly userId: Bytes16; readonly username: string; readonly nowMs: number },
): Promise<NewAccount> {
  const { userId, username, nowMs } = input;
  const signing = { ed25519: p.randomBytes(32) as Bytes32, mldsa65: p.randomBytes(32) as Bytes32 };
  const mlkemSeed = p.randomBytes(64) as FixedBytes<64>;
  const { spki, pkcs8 } = await p.rsaOaep.generate();
  const secrets = { signing, encryption: [{ bundleVer: 1, rsaPkcs8: pkcs8, mlkemSeed }] };
  const account = await importAccount(p, userId, secrets);
  const keys = account.encryption.get(1)!;
  if (!sameBytes(keys.rsaSpki, spki)) throw new CryptoError('identity-mismatch');
  const bundle = await makeBundle(p, {
    userId,
    username,
    bundleVer: 1,
    notBeforeMs: nowMs,
    notAfterMs: nowMs + BUNDLE_LIFETIME_MS,
    previousBundleHash: new Uint8Array(32) as Bytes32,
    signer: account,
    rsaSpki: keys.rsaSpki,
    mlkem768: keys.kemPublicKey,
  });
  const identity = await verifyIdentity(p, { userId, username, bundles: [bundle], nowMs });
  return { account, secrets, bundle, identity };
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
 * computed from the private key, keys for every bundle, and a probe that is sealed and opened with each pair.
 * @throws CryptoError `identity-mismatch`
 */
export async function matchAccount(p: Primitives, account: Account, identity: VerifiedIdentity): Promise<void> {
  const { current } = identity;
  let matches =
    sameBytes(account.userId, identity.userId) &&
    sameBytes(account.ed25519.publicKey, current.bundle.ed25519) &&
    sameBytes(account.mldsa65.publicKey, current.bundle.mldsa65) &&
    account.encryption.size === identity.bundles.size;
  for (const { bundle } of identity.bundles.values()) {
    const keys = account.encryption.get(bundle.bundleVer);
    matches &&=
      keys !== undefined &&
      sameBytes(keys.rsaSpki, bundle.rsaSpki) &&
      sameBytes(keys.kemPublicKey, bundle.mlkem768) &&
      (await opensWhatIsSealed(p, keys, identity).catch(() => false));
  }
  if (!matches) throw new CryptoError('identity-mismatch');
}
