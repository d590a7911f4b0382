import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { type Bytes, type Bytes32, concatBytes, type FixedBytes } from '@secureconnect/contracts/signed/bytes';
import { nativeClassic } from '@secureconnect/crypto/primitives/native-classic';
import { noblePrimitives } from '@secureconnect/crypto/primitives/noble';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { golden } from './files.js';
import { unhex } from './hex.js';
import { rsaOaepEncrypt } from './rsa-oaep.js';

/*
 * Primitives whose every random choice comes from one seed, so that whole structures can be frozen byte for byte. For tests alone: a
 * back end like this on the wire would be the end of every secret.
 */

/** SHA-256(seed || counter) one after the other. SHA-256 is asynchronous here, randomBytes is not: blocks are made beforehand. */
async function stream(seed: string, blocks: number): Promise<Bytes> {
  const prefix = new TextEncoder().encode(seed);
  const digests: Bytes[] = [];
  for (let counter = 0; counter < blocks; counter++) {
    const block = concatBytes(prefix, Uint8Array.of(counter >> 8, counter & 0xff));
    digests.push(await nativeClassic.sha256(block));
  }
  return concatBytes(...digests);
}

export interface Deterministic {
  readonly primitives: Primitives;
  /** RSA key pairs are taken from the frozen ones, in turn. */
  useRsaKey(index: number): void;
}

export async function deterministicPrimitives(seed: string): Promise<Deterministic> {
  const random = await stream(seed, 512);
  let used = 0;
  const randomBytes = (count: number): Bytes => {
    if (used + count > random.length) throw new Error('the deterministic source is used up');
    used += count;
    return random.slice(used - count, used);
  };
  const rsaKeys = (golden('rsa-keys.json') as { keys: readonly string[] }).keys.map(unhex);
  let rsaKey = 0;
  const spkis = new WeakMap<object, Bytes>();
  const kemKeys = new WeakMap<object, Bytes>();
  const dsaKeys = new WeakMap<object, Bytes>();
  const primitives: Primitives = {
    ...noblePrimitives,
    randomBytes,
    rsaOaep: {
      ...noblePrimitives.rsaOaep,
      async generate() {
        const pkcs8 = rsaKeys[rsaKey]!;
        return { pkcs8, spki: (await noblePrimitives.rsaOaep.importPrivate(pkcs8)).spki };
      },
      async importPublic(spki) {
        const key = await noblePrimitives.rsaOaep.importPublic(spki);
        spkis.set(key, spki);
        return key;
      },
      encrypt: (key, plaintext) => rsaOaepEncrypt(spkis.get(key)!, plaintext, randomBytes(32)),
    },
    ed25519: {
      ...noblePrimitives.ed25519,
      generate: () => noblePrimitives.ed25519.importSeed(randomBytes(32) as Bytes32),
    },
    mlkem768: {
      ...noblePrimitives.mlkem768,
      async importPublic(publicKey) {
        const key = await noblePrimitives.mlkem768.importPublic(publicKey);
        kemKeys.set(key, publicKey);
        return key;
      },
      async encapsulate(key) {
        const { cipherText, sharedSecret } = ml_kem768.encapsulate(kemKeys.get(key)!, randomBytes(32));
        return {
          ciphertext: new Uint8Array(cipherText) as FixedBytes<1088>,
          sharedKey: new Uint8Array(sharedSecret) as Bytes32,
        };
      },
    },
    mldsa65: {
      ...noblePrimitives.mldsa65,
      async importSeed(seedBytes) {
        const imported = await noblePrimitives.mldsa65.importSeed(seedBytes);
        dsaKeys.set(imported.signer, new Uint8Array(ml_dsa65.keygen(seedBytes).secretKey));
        return imported;
      },
      async sign(signer, message) {
        const signature = ml_dsa65.sign(message, dsaKeys.get(signer)!, { extraEntropy: false });
        return new Uint8Array(signature) as FixedBytes<3309>;
      },
    },
  };
  return { primitives, useRsaKey: (index) => (rsaKey = index) };
}
