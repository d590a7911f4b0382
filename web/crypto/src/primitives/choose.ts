import { nativePrimitives } from './native.js';
import { noblePrimitives } from './noble.js';
import type { Primitives } from './primitives.js';

/**
 * The back end for this runtime: native where it has ML-KEM-768 and ML-DSA-65, else noble. Both make and read the same bytes, so
 * this is no negotiation and leaves no trace on the wire (PROTOCOL 0.7).
 */
export async function loadPrimitives(): Promise<Primitives> {
  try {
    const seed = new Uint8Array(64);
    await nativePrimitives.mlkem768.importSeed(seed as Parameters<Primitives['mlkem768']['importSeed']>[0]);
    await nativePrimitives.mldsa65.importSeed(seed.slice(32) as Parameters<Primitives['mldsa65']['importSeed']>[0]);
    return nativePrimitives;
  } catch {
    return noblePrimitives;
  }
}
