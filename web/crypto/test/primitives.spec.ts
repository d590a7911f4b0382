import type { Bytes32, FixedBytes } from '@secureconnect/contracts/signed/bytes';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { backEnds } from './kit/back-ends.js';
import { flipped, hex } from './kit/hex.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const seed32 = new Uint8Array(32).fill(7) as Bytes32;
const seed64 = new Uint8Array(64).fill(9) as FixedBytes<64>;

describe('the back end that is loaded', () => {
  it('is native where the runtime has ML-KEM and ML-DSA', async () => {
    expect((await loadPrimitives()).backEnd).toBe('native');
  });

  it('is noble where the runtime has not, and both signatures and keys still fit', async () => {
    const { subtle } = globalThis.crypto;
    const importKey = subtle.importKey.bind(subtle);
    const without = (...args: Parameters<typeof importKey>) =>
      args[0].startsWith('raw-') ? Promise.reject(new DOMException('', 'NotSupportedError')) : importKey(...args);
    Object.defineProperty(subtle, 'importKey', { value: without, configurable: true });
    try {
      expect((await loadPrimitives()).backEnd).toBe('noble');
    } finally {
      Reflect.deleteProperty(subtle, 'importKey');
    }
  });
});

for (const p of backEnds) {
  const other = backEnds.find((backEnd) => backEnd !== p)!;

  describe(`primitives, ${p.backEnd}`, () => {
    it('give random bytes of any length, never the same', () => {
      expect(p.randomBytes(0)).toHaveLength(0);
      expect(p.randomBytes(200_000)).toHaveLength(200_000);
      expect(hex(p.randomBytes(32))).not.toBe(hex(p.randomBytes(32)));
      expect(
        p
          .randomBytes(200_000)
          .subarray(-32)
          .some((byte) => byte !== 0),
      ).toBe(true);
    });

    it('give ML-KEM keys from a seed, the same as the other back end', async () => {
      const [ours, theirs] = [await p.mlkem768.importSeed(seed64), await other.mlkem768.importSeed(seed64)];
      expect(ours.publicKey).toHaveLength(1184);
      expect(hex(ours.publicKey)).toBe(hex(theirs.publicKey));
    });

    it('decapsulate what the other back end encapsulated', async () => {
      const { publicKey, key } = await p.mlkem768.importSeed(seed64);
      const { ciphertext, sharedKey } = await other.mlkem768.encapsulate(await other.mlkem768.importPublic(publicKey));
      expect(ciphertext).toHaveLength(1088);
      expect(hex(await p.mlkem768.decapsulate(key, ciphertext))).toBe(hex(sharedKey));
    });

    it('give another key, and no error, for a changed ML-KEM ciphertext', async () => {
      const { publicKey, key } = await p.mlkem768.importSeed(seed64);
      const { ciphertext, sharedKey } = await p.mlkem768.encapsulate(await p.mlkem768.importPublic(publicKey));
      expect(hex(await p.mlkem768.decapsulate(key, flipped(ciphertext, 500)))).not.toBe(hex(sharedKey));
    });

    it('refuse an ML-KEM ciphertext or key of another length', async () => {
      const { publicKey, key } = await p.mlkem768.importSeed(seed64);
      await expect(p.mlkem768.decapsulate(key, new Uint8Array(1087))).rejects.toThrow();
      await expect(p.mlkem768.importPublic(publicKey.slice(1))).rejects.toThrow();
      await expect(p.mlkem768.importSeed(seed64.slice(1) as FixedBytes<64>)).rejects.toThrow();
    });

    it('sign with ML-DSA what the other back end verifies, and nothing else', async () => {
      const { signer, publicKey } = await p.mldsa65.importSeed(seed32);
      const verifier = await other.mldsa65.importPublic(publicKey);
      const signature = await p.mldsa65.sign(signer, bytes('hello'));
      expect(signature).toHaveLength(3309);
      expect(await other.mldsa65.verify(verifier, signature, bytes('hello'))).toBe(true);
      expect(await other.mldsa65.verify(verifier, signature, bytes('hullo'))).toBe(false);
      expect(await other.mldsa65.verify(verifier, flipped(signature, 3000), bytes('hello'))).toBe(false);
      expect(await other.mldsa65.verify(verifier, signature.slice(1), bytes('hello'))).toBe(false);
    });

    it('refuse ML-DSA keys and seeds of another length', async () => {
      await expect(p.mldsa65.importPublic(new Uint8Array(1951))).rejects.toThrow();
      await expect(p.mldsa65.importSeed(new Uint8Array(31) as Bytes32)).rejects.toThrow();
    });

    it('sign with Ed25519 from a seed, as RFC 8032 test 1 says', async () => {
      const seed = Uint8Array.from(
        '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'.match(/../g)!,
        (pair) => Number.parseInt(pair, 16),
      ) as Bytes32;
      const { signer, publicKey } = await p.ed25519.importSeed(seed);
      expect(hex(publicKey)).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
      const signature = await p.ed25519.sign(signer, new Uint8Array(0));
      expect(hex(signature)).toMatch(/^e5564300c360ac72/);
      expect(await p.ed25519.verify(await p.ed25519.importPublic(publicKey), signature, new Uint8Array(0))).toBe(true);
    });

    it('make device keys whose private half cannot be exported and survives cloning', async () => {
      const { signer, publicKey } = await p.ed25519.generate();
      expect(signer.extractable).toBe(false);
      for (const format of ['pkcs8', 'jwk'] as const) {
        await expect(globalThis.crypto.subtle.exportKey(format, signer)).rejects.toThrow();
      }
      const verifier = await p.ed25519.importPublic(publicKey);
      const signature = await p.ed25519.sign(structuredClone(signer), bytes('hello'));
      expect(await p.ed25519.verify(verifier, signature, bytes('hello'))).toBe(true);
    });

    it('wrap with RSA-OAEP and compute the public key from the private one', async () => {
      const { spki, pkcs8 } = await p.rsaOaep.generate();
      const { key, spki: computed } = await p.rsaOaep.importPrivate(pkcs8);
      expect(hex(computed)).toBe(hex(spki));
      expect(key.extractable).toBe(false);
      const ciphertext = await p.rsaOaep.encrypt(await p.rsaOaep.importPublic(spki), seed32);
      expect(hex(await p.rsaOaep.decrypt(key, ciphertext))).toBe(hex(seed32));
      await expect(p.rsaOaep.decrypt(key, flipped(ciphertext, 255))).rejects.toThrow();
    });

    it('open with AES-GCM only under the same key, nonce and associated data', async () => {
      const key = await p.importAes(seed32);
      const nonce = new Uint8Array(12);
      const sealed = await p.aesGcmSeal(key, nonce, bytes('for'), bytes('hello'));
      expect(await p.aesGcmOpen(key, nonce, bytes('for'), sealed)).toEqual(bytes('hello'));
      await expect(p.aesGcmOpen(key, nonce, bytes('not for'), sealed)).rejects.toThrow();
      await expect(p.aesGcmOpen(key, flipped(nonce, 0), bytes('for'), sealed)).rejects.toThrow();
      await expect(p.aesGcmOpen(await p.importAes(flipped(seed32, 0)), nonce, bytes('for'), sealed)).rejects.toThrow();
      for (let index = 0; index < sealed.length; index++) {
        await expect(p.aesGcmOpen(key, nonce, bytes('for'), flipped(sealed, index))).rejects.toThrow();
      }
    });
  });
}
