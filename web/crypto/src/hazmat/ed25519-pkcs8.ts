import { type Bytes, concatBytes } from '@secureconnect/contracts/signed/bytes';

/** RFC 8410 section 7: PrivateKeyInfo of an Ed25519 key without attributes, up to its 32 bytes of seed. */
const BEFORE_SEED = Uint8Array.of(
  ...[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20],
);

/**
 * The PKCS #8 form, 48 bytes, of an Ed25519 seed of 32 bytes. Web Crypto imports no bare seed; the seed is what is stored
 * (PROTOCOL 3.7), because every string of 32 bytes is one and nothing in it can disagree.
 */
export function ed25519Pkcs8(seed: Uint8Array): Bytes {
  return concatBytes(BEFORE_SEED, seed);
}
