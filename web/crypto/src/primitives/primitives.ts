import type { Bytes, Bytes32, FixedBytes } from '@secureconnect/contracts/signed/bytes';

declare const holds: unique symbol;
/** A Web Crypto key of one kind. Survives structured cloning; never extractable. */
type Key<Kind extends string> = CryptoKey & { readonly [holds]: Kind };
/** A key that only its own back end understands. */
interface Opaque<Kind extends string> {
  readonly [holds]: Kind;
}

export type HkdfKey = Key<'hkdf'>;
export type AesKey = Key<'aes-256-gcm'>;
export type RsaPublicKey = Key<'rsa-public'>;
export type RsaPrivateKey = Key<'rsa-private'>;
export type Ed25519Signer = Key<'ed25519-private'>;
export type Ed25519Verifier = Key<'ed25519-public'>;
export type KemPublicKey = Opaque<'kem-public'>;
export type KemPrivateKey = Opaque<'kem-private'>;
export type MlDsaSigner = Opaque<'mldsa-private'>;
export type MlDsaVerifier = Opaque<'mldsa-public'>;

/** RSA-OAEP with a modulus of 2048 bits, SHA-256 and MGF1-SHA-256, empty label (RFC 8017 section 7.1). */
export interface RsaOaep {
  /** A new pair: DER SubjectPublicKeyInfo (294 bytes) and PKCS #8. */
  generate(): Promise<{ readonly spki: Bytes; readonly pkcs8: Bytes }>;
  importPublic(spki: Bytes): Promise<RsaPublicKey>;
  /** The key and the SPKI that is computed from it. */
  importPrivate(pkcs8: Bytes): Promise<{ readonly key: RsaPrivateKey; readonly spki: Bytes }>;
  encrypt(key: RsaPublicKey, plaintext: Bytes): Promise<FixedBytes<256>>;
  decrypt(key: RsaPrivateKey, ciphertext: Bytes): Promise<Bytes>;
}

/** Ed25519 (RFC 8032). */
export interface Ed25519 {
  /** A new pair whose private half never leaves its CryptoKey. */
  generate(): Promise<{ readonly signer: Ed25519Signer; readonly publicKey: Bytes32 }>;
  importSeed(seed: Bytes32): Promise<{ readonly signer: Ed25519Signer; readonly publicKey: Bytes32 }>;
  importPublic(publicKey: Bytes32): Promise<Ed25519Verifier>;
  sign(signer: Ed25519Signer, message: Bytes): Promise<FixedBytes<64>>;
  verify(verifier: Ed25519Verifier, signature: Bytes, message: Bytes): Promise<boolean>;
}

/** ML-KEM-768 (FIPS 203). Decapsulation never fails: a wrong ciphertext gives a wrong key (implicit rejection). */
export interface MlKem768 {
  /** `seed` = d || z, 64 bytes. */
  importSeed(seed: FixedBytes<64>): Promise<{ readonly key: KemPrivateKey; readonly publicKey: Bytes }>;
  importPublic(publicKey: Bytes): Promise<KemPublicKey>;
  encapsulate(key: KemPublicKey): Promise<{ readonly ciphertext: FixedBytes<1088>; readonly sharedKey: Bytes32 }>;
  decapsulate(key: KemPrivateKey, ciphertext: Bytes): Promise<Bytes32>;
}

/** ML-DSA-65 (FIPS 204), pure, with an empty context. */
export interface MlDsa65 {
  importSeed(seed: Bytes32): Promise<{ readonly signer: MlDsaSigner; readonly publicKey: FixedBytes<1952> }>;
  importPublic(publicKey: Bytes): Promise<MlDsaVerifier>;
  sign(signer: MlDsaSigner, message: Bytes): Promise<FixedBytes<3309>>;
  verify(verifier: MlDsaVerifier, signature: Bytes, message: Bytes): Promise<boolean>;
}

/**
 * Every algorithm of suite 1 (PROTOCOL 1.4), and no other. Two back ends give it, byte for byte alike; which one runs is seen by
 * nobody outside. Functions that decrypt reject with whatever the back end throws: callers map it to one code.
 */
export interface Primitives {
  readonly backEnd: 'native' | 'noble';
  /** `count` bytes that nobody can guess. The one source of randomness. */
  randomBytes(count: number): Bytes;
  sha256(message: Bytes): Promise<Bytes32>;
  /** For safety numbers alone (PROTOCOL 7.3). */
  sha512(message: Bytes): Promise<FixedBytes<64>>;
  hmacSha256(key: Uint8Array, message: Uint8Array): Promise<Bytes32>;
  importHkdf(inputKey: Bytes): Promise<HkdfKey>;
  /** HKDF-SHA-256 (RFC 5869), both steps. */
  hkdf(key: HkdfKey, salt: Bytes, info: Bytes, length: number): Promise<Bytes>;
  /** PBKDF2-HMAC-SHA-256 (RFC 8018), 32 bytes. */
  pbkdf2(password: Bytes, salt: Bytes, iterations: number): Promise<Bytes32>;
  /** A key of 32 bytes for AES-256-GCM with 96-bit nonces and 128-bit tags. */
  importAes(key: Bytes): Promise<AesKey>;
  aesGcmSeal(key: AesKey, nonce: Bytes, associated: Bytes, plaintext: Bytes): Promise<Bytes>;
  aesGcmOpen(key: AesKey, nonce: Bytes, associated: Bytes, ciphertext: Bytes): Promise<Bytes>;
  readonly rsaOaep: RsaOaep;
  readonly ed25519: Ed25519;
  readonly mlkem768: MlKem768;
  readonly mldsa65: MlDsa65;
}
