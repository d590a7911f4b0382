import { sameBytes, SignedFormatError } from './bytes.js';

/** Sizes in bytes of the public keys and signatures of suite 1 (PROTOCOL 1.4). */
export const KEY_SIZES = {
  ed25519: 32,
  ed25519Signature: 64,
  mldsa65: 1952,
  mldsa65Signature: 3309,
  rsaSpki: 294,
  rsaCiphertext: 256,
  mlkem768: 1184,
  mlkem768Ciphertext: 1088,
} as const;

/** RFC 5280 SubjectPublicKeyInfo of an RSA key of 2048 bits: everything before the modulus, in DER. */
const SPKI_BEFORE_MODULUS = Uint8Array.of(
  ...[0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00],
  ...[0x03, 0x82, 0x01, 0x0f, 0x00, 0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00],
);
/** And after it: the exponent 65537. */
const SPKI_AFTER_MODULUS = Uint8Array.of(0x02, 0x03, 0x01, 0x00, 0x01);

/**
 * Accepts one form alone (PROTOCOL 4.5, THREATS 34): DER SubjectPublicKeyInfo, rsaEncryption, an odd modulus of exactly 2048 bits, e = 65537.
 * @throws SignedFormatError `weak-key`
 */
export function checkRsaSpki(spki: Uint8Array): void {
  const modulus = spki.subarray(SPKI_BEFORE_MODULUS.length, SPKI_BEFORE_MODULUS.length + 256);
  const accepted =
    spki.length === KEY_SIZES.rsaSpki &&
    sameBytes(spki.subarray(0, SPKI_BEFORE_MODULUS.length), SPKI_BEFORE_MODULUS) &&
    sameBytes(spki.subarray(SPKI_BEFORE_MODULUS.length + 256), SPKI_AFTER_MODULUS) &&
    modulus[0]! >= 0x80 &&
    modulus[255]! % 2 === 1;
  if (!accepted) throw new SignedFormatError('weak-key');
}

/**
 * Encapsulation key check of FIPS 203 section 7.2: length, and every 12-bit coefficient below q = 3329.
 * @throws SignedFormatError `weak-key`
 */
export function checkMlKem768(key: Uint8Array): void {
  if (key.length !== KEY_SIZES.mlkem768) throw new SignedFormatError('weak-key');
  for (let index = 0; index < 1152; index += 3) {
    const low = key[index]! | ((key[index + 1]! & 0x0f) << 8);
    const high = (key[index + 1]! >> 4) | (key[index + 2]! << 4);
    if (low >= 3329 || high >= 3329) throw new SignedFormatError('weak-key');
  }
}

const P25519 = (1n << 255n) - 19n;
/** y coordinates of the eight points of small order (RFC 7748 section 7, "Taming the many EdDSAs" table 1). */
const SMALL_ORDER_Y = new Set([
  0n,
  1n,
  P25519 - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
]);

/**
 * Refuses what RFC 8032 section 5.1.3 does not decode to one point, and points of small order, for which anybody can sign.
 * @throws SignedFormatError `weak-key`
 */
export function checkEd25519(key: Uint8Array): void {
  if (key.length !== KEY_SIZES.ed25519) throw new SignedFormatError('weak-key');
  let y = 0n;
  for (let index = 31; index >= 0; index--) y = (y << 8n) | BigInt(index === 31 ? key[index]! & 0x7f : key[index]!);
  if (y >= P25519 || SMALL_ORDER_Y.has(y)) throw new SignedFormatError('weak-key');
}

/** Length check of an ML-DSA-65 public key (FIPS 204 table 2): every string of that length is a key. @throws SignedFormatError `weak-key` */
export function checkMlDsa65(key: Uint8Array): void {
  if (key.length !== KEY_SIZES.mldsa65) throw new SignedFormatError('weak-key');
}
