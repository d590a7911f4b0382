import type { Bytes, Bytes32, FixedBytes } from '@secureconnect/contracts/signed/bytes';
import { concatBytes } from '@secureconnect/contracts/signed/bytes';
import { checkEd25519, checkMlKem768 } from '@secureconnect/contracts/signed/public-keys';
import { backEnds } from './kit/back-ends.js';
import { wycheproof, wycheproofIsHere } from './kit/files.js';
import { hex, unhex } from './kit/hex.js';

// Vectors of C2SP/wycheproof (Apache-2.0). "acceptable" does not occur in the files that are used.

interface Case {
  readonly tcId: number;
  readonly comment?: string;
  readonly flags?: readonly string[];
  readonly result: 'valid' | 'invalid';
}
interface Group<T> {
  readonly tests: readonly (Case & T)[];
}

/** Runs every case of a file; gives how many were valid and refused, and fails with the ids of those that went wrong. */
async function judge<T, G extends Group<T>>(
  file: string,
  takes: (group: G) => boolean,
  holds: (test: Case & T, group: G) => Promise<boolean>,
): Promise<{ valid: number; refused: number }> {
  const wrong: number[] = [];
  const counts = { valid: 0, refused: 0 };
  for (const group of (wycheproof(file) as readonly G[]).filter(takes)) {
    for (const test of group.tests) {
      const held = await holds(test, group).catch(() => false);
      counts[held ? 'valid' : 'refused']++;
      if (held !== (test.result === 'valid')) wrong.push(test.tcId);
    }
  }
  expect({ file, wrong }).toEqual({ file, wrong: [] });
  return counts;
}

const all = () => true;

if (!wycheproofIsHere) {
  // eslint-disable-next-line no-console -- the reason belongs where the skipped tests would be
  console.warn('Wycheproof vectors are not in ../shared/vectors/wycheproof: these tests are skipped');
}
const describeVectors = wycheproofIsHere ? describe : describe.skip;

for (const p of backEnds) {
  describeVectors(`Wycheproof, ${p.backEnd}`, () => {
    it('AES-256-GCM with 96-bit nonces', async () => {
      type Vector = Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag', string>;
      type G = Group<Vector> & { keySize: number; ivSize: number; tagSize: number };
      const counts = await judge<Vector, G>(
        'aes_gcm_test.json',
        ({ keySize, ivSize, tagSize }) => keySize === 256 && ivSize === 96 && tagSize === 128,
        async ({ key, iv, aad, msg, ct, tag }) => {
          const imported = await p.importAes(unhex(key));
          const sealed = unhex(ct + tag);
          const opened = await p.aesGcmOpen(imported, unhex(iv), unhex(aad), sealed);
          return hex(opened) === msg && hex(await p.aesGcmSeal(imported, unhex(iv), unhex(aad), opened)) === ct + tag;
        },
      );
      expect(counts.valid).toBeGreaterThan(30);
      expect(counts.refused).toBeGreaterThan(10);
    });

    it('HMAC-SHA-256', async () => {
      type Vector = Record<'key' | 'msg' | 'tag', string>;
      const counts = await judge<Vector, Group<Vector> & { tagSize: number }>(
        'hmac_sha256_test.json',
        ({ tagSize }) => tagSize === 256,
        async ({ key, msg, tag }) => hex(await p.hmacSha256(unhex(key), unhex(msg))) === tag,
      );
      expect(counts.valid).toBeGreaterThan(30);
    });

    it('HKDF-SHA-256', async () => {
      type Vector = Record<'ikm' | 'salt' | 'info' | 'okm', string> & { size: number };
      const counts = await judge<Vector, Group<Vector>>(
        'hkdf_sha256_test.json',
        all,
        async ({ ikm, salt, info, okm, size }) =>
          hex(await p.hkdf(await p.importHkdf(unhex(ikm)), unhex(salt), unhex(info), size)) === okm,
      );
      expect(counts.valid).toBeGreaterThan(70);
    });

    it('PBKDF2-HMAC-SHA-256', async () => {
      type Vector = Record<'password' | 'salt' | 'dk', string> & { iterationCount: number; dkLen: number };
      const counts = await judge<Vector, Group<Vector>>(
        'pbkdf2_hmacsha256_test.json',
        all,
        // the first 32 bytes are one block, whatever the length that was asked for
        async ({ password, salt, dk, iterationCount, dkLen }) =>
          hex(await p.pbkdf2(unhex(password), unhex(salt), iterationCount)).startsWith(dk.slice(0, 64)) && dkLen > 0,
      );
      expect(counts.valid).toBe(60);
    });

    it('RSA-OAEP-2048 with SHA-256 and an empty label', async () => {
      type Vector = Record<'ct' | 'msg' | 'label', string>;
      const counts = await judge<Vector, Group<Vector> & { privateKeyPkcs8: string }>(
        'rsa_oaep_2048_sha256_mgf1sha256_test.json',
        all,
        async ({ ct, msg, label, result }, { privateKeyPkcs8 }) => {
          // suite 1 has no label: what was sealed under one must not open
          if (label !== '') return result === 'valid';
          const { key } = await p.rsaOaep.importPrivate(unhex(privateKeyPkcs8));
          return hex(await p.rsaOaep.decrypt(key, unhex(ct))) === msg;
        },
      );
      expect(counts.valid).toBeGreaterThan(10);
      expect(counts.refused).toBeGreaterThan(5);
    });

    it('Ed25519, with the keys that are accepted here', async () => {
      type Vector = Record<'msg' | 'sig', string>;
      const counts = await judge<Vector, Group<Vector> & { publicKey: { pk: string } }>(
        'ed25519_test.json',
        all,
        async ({ msg, sig }, { publicKey }) => {
          const key = unhex(publicKey.pk) as Bytes32;
          checkEd25519(key);
          return p.ed25519.verify(await p.ed25519.importPublic(key), unhex(sig), unhex(msg));
        },
      );
      expect(counts.valid).toBeGreaterThan(60);
      expect(counts.refused).toBeGreaterThan(40);
    });

    it('ML-KEM-768 keys from seeds', async () => {
      type Vector = Record<'seed' | 'ek', string>;
      const counts = await judge<Vector, Group<Vector>>(
        'mlkem_768_keygen_seed_test.json',
        all,
        async ({ seed, ek }) => hex((await p.mlkem768.importSeed(unhex(seed) as FixedBytes<64>)).publicKey) === ek,
      );
      expect(counts.valid).toBe(100);
    });

    it('ML-KEM-768 decapsulation, implicit rejection included', async () => {
      type Vector = Record<'seed' | 'ek' | 'c' | 'K', string>;
      const counts = await judge<Vector, Group<Vector>>('mlkem_768_test.json', all, async ({ seed, ek, c, K }) => {
        const { key, publicKey } = await p.mlkem768.importSeed(unhex(seed) as FixedBytes<64>);
        return hex(publicKey) === ek && hex(await p.mlkem768.decapsulate(key, unhex(c))) === K;
      });
      expect(counts.valid).toBeGreaterThan(50);
      expect(counts.refused).toBeGreaterThan(0);
    });

    it('[T-34] ML-KEM-768 encapsulation keys: the modulus check of FIPS 203', async () => {
      type Vector = Record<'ek', string>;
      const counts = await judge<Vector, Group<Vector>>('mlkem_768_encaps_test.json', all, async ({ ek }) => {
        const key = unhex(ek);
        checkMlKem768(key);
        const { ciphertext } = await p.mlkem768.encapsulate(await p.mlkem768.importPublic(key));
        return ciphertext.length === 1088;
      });
      expect(counts.valid).toBeGreaterThan(0);
      expect(counts.refused).toBeGreaterThan(100);
    });

    it('ML-DSA-65 verification with an empty context', async () => {
      type Vector = Record<'msg' | 'sig', string> & { ctx?: string };
      const counts = await judge<Vector, Group<Vector> & { publicKey: string }>(
        'mldsa_65_verify_test.json',
        all,
        async ({ msg, sig, ctx, result }, { publicKey }) => {
          // suite 1 has no context: what was signed under one must not verify
          const held = await verifyMlDsa(p, unhex(publicKey), unhex(sig), unhex(msg));
          return (ctx ?? '') === '' ? held : !held && result === 'valid';
        },
      );
      expect(counts.valid).toBeGreaterThan(20);
      expect(counts.refused).toBeGreaterThan(20);
    });

    it('ML-DSA-65 keys from seeds; what they sign verifies', async () => {
      interface Vector {
        msg?: string;
        ctx?: string;
      }
      const groups = wycheproof('mldsa_65_sign_seed_test.json') as readonly (Group<Vector> & {
        privateSeed: string;
        publicKey: string | null;
      })[];
      let signed = 0;
      for (const { privateSeed, publicKey, tests } of groups) {
        if (privateSeed.length !== 64 || publicKey === null) continue;
        const imported = await p.mldsa65.importSeed(unhex(privateSeed) as Bytes32);
        expect(hex(imported.publicKey)).toBe(publicKey);
        const [test] = tests;
        const message = unhex(test?.msg ?? '');
        const signature = await p.mldsa65.sign(imported.signer, message);
        expect(await verifyMlDsa(p, imported.publicKey, signature, message)).toBe(true);
        signed++;
      }
      expect(signed).toBeGreaterThan(20);
    });
  });
}

async function verifyMlDsa(p: (typeof backEnds)[number], publicKey: Bytes, signature: Bytes, message: Bytes) {
  const verifier = await p.mldsa65.importPublic(publicKey);
  return p.mldsa65.verify(verifier, signature, concatBytes(message));
}
