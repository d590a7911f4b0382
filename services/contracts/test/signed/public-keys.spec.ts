import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { fromHex } from '@secureconnect/contracts/encoding';
import { checkEd25519, checkMlDsa65, checkMlKem768, checkRsaSpki } from '@secureconnect/contracts/signed/public-keys';
import { patched } from './frozen.js';
import { refusal } from './refusal.js';

function rsaSpki(modulusLength: number, publicExponent = 65_537): Uint8Array {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent });
  return new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
}

describe('[T-34] an RSA public key', () => {
  const good = rsaSpki(2048);

  it('of 2048 bits with e = 65537 is accepted', () => {
    expect(() => checkRsaSpki(good)).not.toThrow();
  });

  it('of another size or exponent is refused', () => {
    for (const key of [rsaSpki(1024), rsaSpki(2056), rsaSpki(3072), rsaSpki(2048, 3)]) {
      expect(refusal(() => checkRsaSpki(key))).toBe('weak-key');
    }
  });

  it('with e = 1, with an even modulus, or one of 2047 bits is refused', () => {
    const weak = [
      patched(good, good.length - 3, 0, 0, 1),
      patched(good, 33 + 255, good[33 + 255]! & 0xfe),
      patched(good, 33, good[33]! & 0x7f),
    ];
    for (const key of weak) expect(refusal(() => checkRsaSpki(key))).toBe('weak-key');
  });

  it('in another encoding, for another algorithm, cut short or grown is refused', () => {
    const pss = new Uint8Array(
      generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'der' }),
    );
    const pkcs1 = new Uint8Array(
      createPublicKey({ key: Buffer.from(good), format: 'der', type: 'spki' }).export({ type: 'pkcs1', format: 'der' }),
    );
    const others = [
      pss,
      pkcs1,
      good.subarray(1),
      good.subarray(0, 293),
      new Uint8Array([...good, 0]),
      new Uint8Array(0),
    ];
    for (const key of others) expect(refusal(() => checkRsaSpki(key))).toBe('weak-key');
    for (let index = 0; index < 33; index++) {
      expect(refusal(() => checkRsaSpki(patched(good, index, good[index]! ^ 1)))).toBe('weak-key');
    }
  });
});

describe('[T-34] an ML-KEM-768 public key', () => {
  const good = new Uint8Array(1184);

  it('has coefficients below q alone', () => {
    expect(() => checkMlKem768(good)).not.toThrow();
    // 3328 as the low and as the high coefficient of three bytes, then 3329
    expect(() => checkMlKem768(patched(good, 0, 0x00, 0x0d, 0xd0))).not.toThrow();
    expect(refusal(() => checkMlKem768(patched(good, 0, 0x01, 0x0d)))).toBe('weak-key');
    expect(refusal(() => checkMlKem768(patched(good, 1, 0x10, 0xd0)))).toBe('weak-key');
    expect(refusal(() => checkMlKem768(patched(good, 1149, 0xff, 0xff, 0xff)))).toBe('weak-key');
    expect(() => checkMlKem768(patched(good, 1152, ...new Uint8Array(32).fill(0xff)))).not.toThrow();
  });

  it('has one length', () => {
    for (const length of [0, 1183, 1185, 800, 1568]) {
      expect(refusal(() => checkMlKem768(new Uint8Array(length)))).toBe('weak-key');
    }
  });
});

describe('[T-34] an Ed25519 public key', () => {
  it('of an honest key pair is accepted', () => {
    for (let made = 0; made < 20; made++) {
      const jwk = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
      expect(() => checkEd25519(new Uint8Array(Buffer.from(jwk.x!, 'base64url')))).not.toThrow();
    }
  });

  const smallOrder = [
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0000000000000000000000000000000000000000000000000000000000000080',
    '0100000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000080',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  ];
  for (const key of smallOrder) {
    it(`of small order is refused: ${key.slice(0, 8)}..${key.slice(-2)}`, () => {
      expect(refusal(() => checkEd25519(fromHex(key)))).toBe('weak-key');
    });
  }

  it('with y not below p is refused', () => {
    for (const low of [0xed, 0xee, 0xf0, 0xff]) {
      const key = new Uint8Array(32).fill(0xff);
      key[0] = low;
      expect(refusal(() => checkEd25519(key))).toBe('weak-key');
      key[31] = 0x7f;
      expect(refusal(() => checkEd25519(key))).toBe('weak-key');
    }
  });

  it('has one length, and so has one of ML-DSA-65', () => {
    for (const length of [0, 31, 33]) expect(refusal(() => checkEd25519(new Uint8Array(length)))).toBe('weak-key');
    for (const length of [0, 1951, 1953]) expect(refusal(() => checkMlDsa65(new Uint8Array(length)))).toBe('weak-key');
    expect(() => checkMlDsa65(new Uint8Array(1952))).not.toThrow();
  });
});
