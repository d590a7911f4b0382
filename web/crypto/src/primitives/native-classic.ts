import { type Bytes, type Bytes32, concatBytes, type FixedBytes } from '@secureconnect/contracts/signed/bytes';
import { ed25519Pkcs8 } from '../hazmat/ed25519-pkcs8.js';
import { base64UrlBytes } from './jwk.js';
import type {
  AesKey,
  Ed25519,
  Ed25519Signer,
  Ed25519Verifier,
  HkdfKey,
  Primitives,
  RsaOaep,
  RsaPrivateKey,
  RsaPublicKey,
} from './primitives.js';

// What every runtime with Web Crypto has. A view goes in, new memory comes out.

const RSA = { name: 'RSA-OAEP', hash: 'SHA-256' } as const;
const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const;
/** The most that one call of getRandomValues gives (W3C Web Crypto section 10.1.1). */
const RANDOM_CHUNK_BYTES = 65_536;

const fixed = <N extends number>(buffer: ArrayBuffer) => new Uint8Array(buffer) as FixedBytes<N>;

const rsaOaep: RsaOaep = {
  async generate() {
    const { subtle } = globalThis.crypto;
    const pair = await subtle.generateKey(
      { ...RSA, modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
      true,
      ['encrypt', 'decrypt'],
    );
    const [spki, pkcs8] = await Promise.all([
      subtle.exportKey('spki', pair.publicKey),
      subtle.exportKey('pkcs8', pair.privateKey),
    ]);
    return { spki: new Uint8Array(spki), pkcs8: new Uint8Array(pkcs8) };
  },
  async importPublic(spki) {
    return (await globalThis.crypto.subtle.importKey('spki', spki, RSA, false, ['encrypt'])) as RsaPublicKey;
  },
  async importPrivate(pkcs8) {
    const { subtle } = globalThis.crypto;
    const { n, e } = await subtle.exportKey('jwk', await subtle.importKey('pkcs8', pkcs8, RSA, true, ['decrypt']));
    // the public half is computed from the private one: a public key that was put beside it is never believed [T-12]
    const publicHalf = await subtle.importKey('jwk', { kty: 'RSA', n: n!, e: e! }, RSA, true, ['encrypt']);
    const [key, spki] = await Promise.all([
      subtle.importKey('pkcs8', pkcs8, RSA, false, ['decrypt']),
      subtle.exportKey('spki', publicHalf),
    ]);
    return { key: key as RsaPrivateKey, spki: new Uint8Array(spki) };
  },
  async encrypt(key, plaintext) {
    return fixed(await globalThis.crypto.subtle.encrypt(RSA, key, plaintext));
  },
  async decrypt(key, ciphertext) {
    return new Uint8Array(await globalThis.crypto.subtle.decrypt(RSA, key, ciphertext));
  },
};

const ed25519: Ed25519 = {
  async generate() {
    const { subtle } = globalThis.crypto;
    const pair = await subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    return {
      signer: pair.privateKey as Ed25519Signer,
      publicKey: fixed(await subtle.exportKey('raw', pair.publicKey)),
    };
  },
  async importSeed(seed) {
    const { subtle } = globalThis.crypto;
    const pkcs8 = ed25519Pkcs8(seed);
    const open = await subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
    const [signer, { x }] = await Promise.all([
      subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']),
      subtle.exportKey('jwk', open),
    ]);
    return { signer: signer as Ed25519Signer, publicKey: base64UrlBytes(x!) as Bytes32 };
  },
  async importPublic(publicKey) {
    return (await globalThis.crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, [
      'verify',
    ])) as Ed25519Verifier;
  },
  async sign(signer, message) {
    return fixed(await globalThis.crypto.subtle.sign('Ed25519', signer, message));
  },
  verify: (verifier, signature, message) => globalThis.crypto.subtle.verify('Ed25519', verifier, signature, message),
};

/** Everything but the two algorithms that some runtimes lack. */
export const nativeClassic: Omit<Primitives, 'backEnd' | 'mlkem768' | 'mldsa65'> = {
  randomBytes(count) {
    const bytes = new Uint8Array(count);
    for (let from = 0; from < count; from += RANDOM_CHUNK_BYTES) {
      globalThis.crypto.getRandomValues(bytes.subarray(from, from + RANDOM_CHUNK_BYTES));
    }
    return bytes;
  },
  async sha256(message) {
    return fixed(await globalThis.crypto.subtle.digest('SHA-256', message));
  },
  async sha512(message) {
    return fixed(await globalThis.crypto.subtle.digest('SHA-512', message));
  },
  async hmacSha256(key, message) {
    const { subtle } = globalThis.crypto;
    const imported = await subtle.importKey('raw', own(key), HMAC, false, ['sign']);
    return fixed(await subtle.sign('HMAC', imported, own(message)));
  },
  async importHkdf(inputKey) {
    return (await globalThis.crypto.subtle.importKey('raw', inputKey, 'HKDF', false, ['deriveBits'])) as HkdfKey;
  },
  async hkdf(key, salt, info, length) {
    const parameters = { name: 'HKDF', hash: 'SHA-256', salt, info };
    return new Uint8Array(await globalThis.crypto.subtle.deriveBits(parameters, key, 8 * length));
  },
  async pbkdf2(password, salt, iterations) {
    const { subtle } = globalThis.crypto;
    const key = await subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    return fixed(await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, key, 256));
  },
  async importAes(key: Bytes) {
    const imported = await globalThis.crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);
    return imported as AesKey;
  },
  async aesGcmSeal(key, nonce, associated, plaintext) {
    const parameters = { name: 'AES-GCM', iv: nonce, additionalData: associated };
    return new Uint8Array(await globalThis.crypto.subtle.encrypt(parameters, key, plaintext));
  },
  async aesGcmOpen(key, nonce, associated, ciphertext) {
    const parameters = { name: 'AES-GCM', iv: nonce, additionalData: associated };
    return new Uint8Array(await globalThis.crypto.subtle.decrypt(parameters, key, ciphertext));
  },
  rsaOaep,
  ed25519,
};

/** Web Crypto takes plain ArrayBuffers alone; a view into anything else is copied. */
function own(bytes: Uint8Array): Bytes {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : concatBytes(bytes);
}
