import { webcrypto } from 'node:crypto';
import type { Bundle } from '@secureconnect/contracts/signed/bundle';
import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import type { AccountSignatures } from '@secureconnect/contracts/signed/signatures';

const { subtle } = webcrypto;

async function verify(algorithm: string, format: string, key: Bytes, signature: Bytes, preimage: Bytes) {
  const publicKey = await subtle.importKey(format as 'raw', key, algorithm, false, ['verify']);
  return subtle.verify(algorithm, publicKey, signature, preimage);
}

/** Whether both signatures of an account verify (PROTOCOL 4; RFC 8032, FIPS 204): one alone is worth nothing. */
export async function verifyAccountSignatures(
  keys: Pick<Bundle, 'ed25519' | 'mldsa65'>,
  preimage: Bytes,
  signatures: AccountSignatures,
): Promise<boolean> {
  const [classical, postQuantum] = await Promise.all([
    verify('Ed25519', 'raw', keys.ed25519, signatures.ed25519, preimage),
    verify('ML-DSA-65', 'raw-public', keys.mldsa65, signatures.mldsa65, preimage),
  ]);
  return classical && postQuantum;
}
