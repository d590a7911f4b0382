import type { Bytes32, FixedBytes } from '@secureconnect/contracts/signed/bytes';
import { nativePrimitives } from './native.js';
import type { Primitives } from './primitives.js';

/** Whether the runtime does what is asked of it: half an implementation, or one of an older draft, counts as none. */
async function works({ mlkem768, mldsa65 }: Primitives): Promise<boolean> {
  const seed = new Uint8Array(64) as FixedBytes<64>;
  const kem = await mlkem768.importSeed(seed);
  const { ciphertext, sharedKey } = await mlkem768.encapsulate(await mlkem768.importPublic(kem.publicKey));
  const opened = await mlkem768.decapsulate(kem.key, ciphertext);
  const dsa = await mldsa65.importSeed(seed.slice(32) as Bytes32);
  const signature = await mldsa65.sign(dsa.signer, opened);
  const verified = await mldsa65.verify(await mldsa65.importPublic(dsa.publicKey), signature, sharedKey);
  return verified && ciphertext.length === 1088 && signature.length === 3309;
}

/**
 * The back end for this runtime: native where ML-KEM-768 and ML-DSA-65 work in it, else noble. Both make and read the same bytes, so
 * this is no negotiation and leaves no trace on the wire (PROTOCOL 0.7). Noble is loaded only where it is needed. About a millisecond; call
 * it once.
 */
export async function loadPrimitives(): Promise<Primitives> {
  const isNative = await works(nativePrimitives).catch(() => false);
  return isNative ? nativePrimitives : (await import('./noble.js')).noblePrimitives;
}
