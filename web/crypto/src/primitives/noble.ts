import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import type { Bytes, Bytes32, FixedBytes } from '@secureconnect/contracts/signed/bytes';
import { nativeClassic } from './native-classic.js';
import type { KemPrivateKey, KemPublicKey, MlDsaSigner, MlDsaVerifier, Primitives } from './primitives.js';

/** A back end's keys are its own; here each is bytes in the worker's memory. */
interface Held {
  readonly bytes: Bytes;
}
const hold = (bytes: Uint8Array): object => ({ bytes: new Uint8Array(bytes) }) satisfies Held;
const bytesOf = (key: object) => (key as Held).bytes;

function expectLength(bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw new RangeError('wrong length');
}

/** ML-KEM-768 and ML-DSA-65 in JavaScript, the rest native: for Firefox, Safari and older Node. */
export const noblePrimitives: Primitives = {
  ...nativeClassic,
  backEnd: 'noble',
  mlkem768: {
    async importSeed(seed) {
      const { secretKey, publicKey } = ml_kem768.keygen(seed);
      return { key: hold(secretKey) as KemPrivateKey, publicKey: new Uint8Array(publicKey) };
    },
    async importPublic(publicKey) {
      expectLength(publicKey, 1184);
      return hold(publicKey) as KemPublicKey;
    },
    async encapsulate(key) {
      const { cipherText, sharedSecret } = ml_kem768.encapsulate(bytesOf(key));
      return {
        ciphertext: new Uint8Array(cipherText) as FixedBytes<1088>,
        sharedKey: new Uint8Array(sharedSecret) as Bytes32,
      };
    },
    async decapsulate(key, ciphertext) {
      return new Uint8Array(ml_kem768.decapsulate(ciphertext, bytesOf(key))) as Bytes32;
    },
  },
  mldsa65: {
    async importSeed(seed) {
      const { secretKey, publicKey } = ml_dsa65.keygen(seed);
      return { signer: hold(secretKey) as MlDsaSigner, publicKey: new Uint8Array(publicKey) as FixedBytes<1952> };
    },
    async importPublic(publicKey) {
      expectLength(publicKey, 1952);
      return hold(publicKey) as MlDsaVerifier;
    },
    async sign(signer, message) {
      return new Uint8Array(ml_dsa65.sign(message, bytesOf(signer))) as FixedBytes<3309>;
    },
    async verify(verifier, signature, message) {
      return signature.length === 3309 && ml_dsa65.verify(signature, message, bytesOf(verifier));
    },
  },
};
