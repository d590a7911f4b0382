import type { Bytes, Bytes32, FixedBytes } from '@secureconnect/contracts/signed/bytes';
import { base64UrlBytes } from './jwk.js';
import { nativeClassic } from './native-classic.js';
import type { KemPrivateKey, KemPublicKey, MlDsaSigner, MlDsaVerifier, Primitives } from './primitives.js';

/** What WICG "Modern Algorithms in the Web Cryptography API" adds; TypeScript's library does not know it yet. */
interface PostQuantumSubtle {
  importKey(
    format: 'raw-seed' | 'raw-public',
    key: Bytes,
    algorithm: 'ML-KEM-768' | 'ML-DSA-65',
    extractable: boolean,
    usages: readonly string[],
  ): Promise<CryptoKey>;
  exportKey(format: 'jwk', key: CryptoKey): Promise<{ readonly pub: string }>;
  encapsulateBits(
    algorithm: 'ML-KEM-768',
    key: CryptoKey,
  ): Promise<{ readonly ciphertext: ArrayBuffer; readonly sharedKey: ArrayBuffer }>;
  decapsulateBits(algorithm: 'ML-KEM-768', key: CryptoKey, ciphertext: Bytes): Promise<ArrayBuffer>;
  sign(algorithm: 'ML-DSA-65', key: CryptoKey, message: Bytes): Promise<ArrayBuffer>;
  verify(algorithm: 'ML-DSA-65', key: CryptoKey, signature: Bytes, message: Bytes): Promise<boolean>;
}

const subtle = () => globalThis.crypto.subtle as unknown as PostQuantumSubtle;

/** A key that stays inside, and its public half, which the runtime computes from the seed. */
async function importSeed(algorithm: 'ML-KEM-768' | 'ML-DSA-65', seed: Bytes, usage: string) {
  const open = await subtle().importKey('raw-seed', seed, algorithm, true, [usage]);
  const [key, { pub }] = await Promise.all([
    subtle().importKey('raw-seed', seed, algorithm, false, [usage]),
    subtle().exportKey('jwk', open),
  ]);
  return { key, publicKey: base64UrlBytes(pub) };
}

/** A back end's keys are its own; here each is a CryptoKey. */
const asKey = (key: object) => key as CryptoKey;

/** All of suite 1 by the runtime's own Web Crypto: Chromium 140 and later, Node 24.7 and later. */
export const nativePrimitives: Primitives = {
  ...nativeClassic,
  backEnd: 'native',
  mlkem768: {
    async importSeed(seed) {
      const { key, publicKey } = await importSeed('ML-KEM-768', seed, 'decapsulateBits');
      return { key: key as object as KemPrivateKey, publicKey };
    },
    async importPublic(publicKey) {
      const key = await subtle().importKey('raw-public', publicKey, 'ML-KEM-768', false, ['encapsulateBits']);
      return key as object as KemPublicKey;
    },
    async encapsulate(key) {
      const { ciphertext, sharedKey } = await subtle().encapsulateBits('ML-KEM-768', asKey(key));
      return {
        ciphertext: new Uint8Array(ciphertext) as FixedBytes<1088>,
        sharedKey: new Uint8Array(sharedKey) as Bytes32,
      };
    },
    async decapsulate(key, ciphertext) {
      return new Uint8Array(await subtle().decapsulateBits('ML-KEM-768', asKey(key), ciphertext)) as Bytes32;
    },
  },
  mldsa65: {
    async importSeed(seed) {
      const { key, publicKey } = await importSeed('ML-DSA-65', seed, 'sign');
      return { signer: key as object as MlDsaSigner, publicKey: publicKey as FixedBytes<1952> };
    },
    async importPublic(publicKey) {
      const key = await subtle().importKey('raw-public', publicKey, 'ML-DSA-65', false, ['verify']);
      return key as object as MlDsaVerifier;
    },
    async sign(signer, message) {
      return new Uint8Array(await subtle().sign('ML-DSA-65', asKey(signer), message)) as FixedBytes<3309>;
    },
    verify: (verifier, signature, message) => subtle().verify('ML-DSA-65', asKey(verifier), signature, message),
  },
};
