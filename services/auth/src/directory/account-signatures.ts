import { webcrypto } from 'node:crypto';
import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import type { AccountSignatures } from '@secureconnect/contracts/signed/signatures';

/** Public account keys of a bundle: Ed25519 (32 bytes) and ML-DSA-65 (1,952 bytes). */
export interface AccountKeys {
  readonly ed25519: Bytes;
  readonly mldsa65: Bytes;
}

const { subtle } = webcrypto;

/** Whether an Ed25519 signature (RFC 8032) verifies. */
export async function verifyEd25519(publicKey: Bytes, preimage: Bytes, signature: Bytes): Promise<boolean> {
  const key = await subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  return subtle.verify('Ed25519', key, signature, preimage);
}

/** Whether an ML-DSA-65 signature (FIPS 204) verifies. */
async function verifyMlDsa65(publicKey: Bytes, preimage: Bytes, signature: Bytes): Promise<boolean> {
  const key = await subtle.importKey('raw-public', publicKey, 'ML-DSA-65', false, ['verify']);
  return subtle.verify('ML-DSA-65', key, signature, preimage);
}

/** Whether both signatures of an account verify (PROTOCOL 4): one alone is worth nothing. */
export async function verifyAccountSignatures(
  keys: AccountKeys,
  preimage: Bytes,
  signatures: AccountSignatures,
): Promise<boolean> {
  const [classical, postQuantum] = await Promise.all([
    verifyEd25519(keys.ed25519, preimage, signatures.ed25519),
    verifyMlDsa65(keys.mldsa65, preimage, signatures.mldsa65),
  ]);
  return classical && postQuantum;
}
