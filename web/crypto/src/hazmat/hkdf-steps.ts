import { type Bytes, type Bytes32, concatBytes } from '@secureconnect/contracts/signed/bytes';
import type { Primitives } from '../primitives/primitives.js';

// Web Crypto gives HKDF whole; PROTOCOL 2 and 5 use its two steps apart. Both are one HMAC here (RFC 5869 sections 2.2 and 2.3).

/** HKDF-Extract: 32 bytes of pseudorandom key. */
export function hkdfExtract(p: Primitives, salt: Uint8Array, inputKey: Uint8Array): Promise<Bytes32> {
  return p.hmacSha256(salt, inputKey);
}

/**
 * HKDF-Expand for exactly 32 bytes: T(1) alone. `pseudorandomKey` must be uniform: the output of `hkdfExtract`, or a random key.
 */
export function hkdfExpand32(p: Primitives, pseudorandomKey: Bytes32, info: Bytes): Promise<Bytes32> {
  return p.hmacSha256(pseudorandomKey, concatBytes(info, Uint8Array.of(1)));
}
