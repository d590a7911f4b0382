import type { Bytes } from '@secureconnect/contracts/signed/bytes';

/**
 * The nonce of a key wrap: 96 zero bits. Permitted by PROTOCOL 5.5 and there alone: each key encryption key comes from a fresh
 * `r` and a fresh encapsulation, and encrypts one content key once. A second use of a key with this nonce would give both away.
 */
export const ZERO_NONCE: Bytes = new Uint8Array(12);
