import { type Bytes, type Bytes32, concatBytes, type FixedBytes } from '@secureconnect/contracts/signed/bytes';
import type { AccountSignatures } from '@secureconnect/contracts/signed/signatures';
import type { Primitives } from '../primitives/primitives.js';
import type { AccountSigner, AccountVerifier } from './keys.js';

/** Ed25519 || ML-DSA-65 over the same bytes, 3,373 bytes (PROTOCOL 4.3). */
export async function signAsAccount(p: Primitives, signer: AccountSigner, preimage: Bytes): Promise<Bytes> {
  const [ed25519, mldsa65] = await Promise.all([
    p.ed25519.sign(signer.ed25519.signer, preimage),
    p.mldsa65.sign(signer.mldsa65.signer, preimage),
  ]);
  return concatBytes(ed25519, mldsa65);
}

export async function importAccountVerifier(
  p: Primitives,
  keys: { readonly ed25519: Bytes32; readonly mldsa65: FixedBytes<1952> },
): Promise<AccountVerifier> {
  const [ed25519, mldsa65] = await Promise.all([
    p.ed25519.importPublic(keys.ed25519),
    p.mldsa65.importPublic(keys.mldsa65),
  ]);
  return { ed25519, mldsa65 };
}

/** True only when both verify: a break of either algorithm alone forges nothing (PROTOCOL 4.3). */
export async function verifyAsAccount(
  p: Primitives,
  verifier: AccountVerifier,
  signatures: AccountSignatures,
  preimage: Bytes,
): Promise<boolean> {
  const [ed25519, mldsa65] = await Promise.all([
    p.ed25519.verify(verifier.ed25519, signatures.ed25519, preimage),
    p.mldsa65.verify(verifier.mldsa65, signatures.mldsa65, preimage),
  ]);
  return ed25519 && mldsa65;
}
