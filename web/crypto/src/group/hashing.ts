import type { Hashing } from '@secureconnect/contracts/signed/hash-tree';
import type { Primitives } from '../primitives/primitives.js';

/** Runs a computation of `contracts/signed/hash-tree` with Web Crypto: what it asks for together is hashed together. */
export async function hashed<T>(p: Primitives, computation: Hashing<T>): Promise<T> {
  let step = computation.next();
  while (step.done !== true) step = computation.next(await Promise.all(step.value.map((bytes) => p.sha256(bytes))));
  return step.value;
}
