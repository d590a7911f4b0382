import type { Bytes, Bytes16, Bytes32, FixedBytes } from '@secureconnect/contracts/signed/bytes';
import { labelled } from '@secureconnect/contracts/signed/labels';
import type {
  Ed25519Signer,
  Ed25519Verifier,
  KemPrivateKey,
  KemPublicKey,
  MlDsaSigner,
  MlDsaVerifier,
  Primitives,
  RsaPrivateKey,
  RsaPublicKey,
} from '../primitives/primitives.js';

/** Both halves of an account's signing keys. */
export interface AccountSigner {
  readonly ed25519: { readonly signer: Ed25519Signer; readonly publicKey: Bytes32 };
  readonly mldsa65: { readonly signer: MlDsaSigner; readonly publicKey: FixedBytes<1952> };
}

/** The public halves, ready to verify with. */
export interface AccountVerifier {
  readonly ed25519: Ed25519Verifier;
  readonly mldsa65: MlDsaVerifier;
}

/** What opens wraps that were made for one bundle. */
export interface DecryptionKeys {
  readonly bundleVer: number;
  readonly rsa: RsaPrivateKey;
  readonly rsaSpki: Bytes;
  readonly rsaHash: Bytes32;
  readonly kem: KemPrivateKey;
  readonly kemPublicKey: Bytes;
  readonly kemHash: Bytes32;
}

/** Whom to seal for: a user's public encryption keys of one bundle, verified. */
export interface Recipient {
  readonly userId: Bytes16;
  readonly bundleVer: number;
  readonly rsa: RsaPublicKey;
  readonly rsaHash: Bytes32;
  readonly kem: KemPublicKey;
  readonly kemHash: Bytes32;
}

/** An opened account: its keys as handles. The private halves are not extractable where the runtime can keep them. */
export interface Account extends AccountSigner {
  readonly userId: Bytes16;
  /** By bundleVer; old ones stay, they open the history. */
  readonly encryption: ReadonlyMap<number, DecryptionKeys>;
}

/** H(L("rsa-key") || SPKI) and H(L("kem-key") || key): how a wrap's transcript names its keys (PROTOCOL 5.5). */
export async function encryptionKeyHashes(
  p: Primitives,
  spki: Bytes,
  kemPublicKey: Bytes,
): Promise<{ readonly rsaHash: Bytes32; readonly kemHash: Bytes32 }> {
  const [rsaHash, kemHash] = await Promise.all([
    p.sha256(labelled('rsa-key', spki)),
    p.sha256(labelled('kem-key', kemPublicKey)),
  ]);
  return { rsaHash, kemHash };
}

/** The pin of PROTOCOL 7.1: one hash over both account keys. */
export function pinOf(p: Primitives, ed25519: Bytes32, mldsa65: FixedBytes<1952>): Promise<Bytes32> {
  return p.sha256(labelled('pin', ed25519, mldsa65));
}
