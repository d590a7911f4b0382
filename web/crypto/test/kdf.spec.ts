import { type Bytes16, type Bytes32, concatBytes } from '@secureconnect/contracts/signed/bytes';
import { labelled } from '@secureconnect/contracts/signed/labels';
import { deriveFromPassword, vaultKek, type VaultPre } from '@secureconnect/crypto/kdf/derive';
import { guardKdfParams, newKdfParams } from '@secureconnect/crypto/kdf/params';
import { normalizeUsername } from '@secureconnect/crypto/kdf/username';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { createHMAC, createSHA256, pbkdf2 } from 'hash-wasm';
import { golden } from './kit/files.js';
import { flipped, hex, unhex } from './kit/hex.js';
import { refusalOf } from './kit/refusals.js';

interface FrozenKdf {
  readonly username: string;
  readonly password: string;
  readonly kdfParams: string;
  readonly authSecret: string;
  readonly vaultPre: string;
}
const frozen = golden('kdf.json') as FrozenKdf;

function params({ kdfId = 1, iterations = 600_000, argon = [0, 0, 0, 0, 0, 0], salt = new Uint8Array(32).fill(3) }) {
  const number = new Uint8Array(4);
  new DataView(number.buffer).setUint32(0, iterations);
  return concatBytes(Uint8Array.of(kdfId), number, Uint8Array.from(argon), salt);
}

/** A back end on which any derivation fails the test. */
const untouchable: Primitives = {
  ...p,
  pbkdf2: () => Promise.reject(new Error('derived')),
  sha256: () => Promise.reject(new Error('hashed')),
  hmacSha256: () => Promise.reject(new Error('hashed')),
};
const derive = (kdfParams: Uint8Array, floor?: Uint8Array) =>
  deriveFromPassword(untouchable, { username: 'alice', password: 'secret', kdfParams, floor: floor ?? null });

describe('key derivation', () => {
  it('gives the frozen secrets', async () => {
    const { username, password, kdfParams } = frozen;
    const derived = await deriveFromPassword(p, { username, password, kdfParams: unhex(kdfParams) });
    expect({ authSecret: hex(derived.authSecret), vaultPre: hex(derived.vaultPre) }).toEqual({
      authSecret: frozen.authSecret,
      vaultPre: frozen.vaultPre,
    });
  });

  it('is PROTOCOL 2.3, written down a second time with another library', async () => {
    const hmac = async (key: Uint8Array, message: Uint8Array) =>
      (await createHMAC(createSHA256(), key)).update(message).digest('binary');
    const sha256 = async (message: Uint8Array) => (await createSHA256()).update(message).digest('binary');
    const kdfParams = unhex(frozen.kdfParams);
    const user = concatBytes(Uint8Array.of(0, 7), new TextEncoder().encode('alice.w'));
    const stretched = await pbkdf2({
      password: 'p\u00e4ssw\u00f6rd five',
      salt: await sha256(labelled('pw-salt', user, kdfParams.subarray(11))),
      iterations: 600_000,
      hashLength: 32,
      hashFunction: createSHA256(),
      outputType: 'binary',
    });
    const root = await hmac(await sha256(labelled('kdf-params', kdfParams, user)), stretched);
    expect(hex(await hmac(root, labelled('auth', Uint8Array.of(1))))).toBe(frozen.authSecret);
    expect(hex(await hmac(root, labelled('vault-pre', Uint8Array.of(1))))).toBe(frozen.vaultPre);
  });

  it('[T-6] gives other secrets to two users with one password and one served salt', async () => {
    const kdfParams = newKdfParams(p);
    const [alice, bob] = await Promise.all(
      ['alice', 'bob'].map((username) => deriveFromPassword(p, { username, password: 'secret', kdfParams })),
    );
    expect(hex(alice!.authSecret)).not.toBe(hex(bob!.authSecret));
    expect(hex(alice!.vaultPre)).not.toBe(hex(bob!.vaultPre));
  });

  it('[T-1] gives an auth secret that is not the vault half and does not tell it', async () => {
    const { authSecret, vaultPre } = await deriveFromPassword(p, {
      username: 'alice',
      password: 'secret',
      kdfParams: newKdfParams(p),
    });
    expect(hex(authSecret)).not.toBe(hex(vaultPre));
  });

  for (const iterations of [0, 1, 1_000, 599_999]) {
    it(`[T-2] refuses ${iterations} iterations before anything is derived`, async () => {
      expect(await refusalOf(() => derive(params({ iterations })))).toBe('kdf-refused');
    });
  }

  it('refuses more than ten million iterations', async () => {
    expect(await refusalOf(() => derive(params({ iterations: 10_000_001 })))).toBe('kdf-refused');
    expect(guardKdfParams(params({ iterations: 10_000_000 })).pbkdf2Iterations).toBe(10_000_000);
  });

  it('[T-3] refuses fewer iterations than this device has seen', async () => {
    const floor = params({ iterations: 1_000_000 });
    expect(await refusalOf(() => derive(params({ iterations: 700_000 }), floor))).toBe('kdf-lowered');
    expect(guardKdfParams(params({ iterations: 1_000_000 }), floor).kdfId).toBe(1);
  });

  it('[T-3] refuses a weaker way than this device has seen', async () => {
    const floor = params({ kdfId: 2, argon: [0, 1, 0, 0, 3, 1] });
    expect(await refusalOf(() => derive(params({}), floor))).toBe('kdf-lowered');
  });

  for (const kdfId of [0, 3, 255]) {
    it(`[T-4] refuses the unknown derivation ${kdfId}`, async () => {
      expect(await refusalOf(() => derive(params({ kdfId })))).toBe('kdf-refused');
    });
  }

  it('[T-4] knows derivation 2 and says that it is not supported', async () => {
    expect(await refusalOf(() => derive(params({ kdfId: 2, argon: [0, 1, 0, 0, 3, 1] })))).toBe('kdf-unsupported');
  });

  it('refuses derivation 1 with parameters of another', async () => {
    expect(await refusalOf(() => derive(params({ argon: [0, 0, 0, 1, 0, 0] })))).toBe('kdf-refused');
  });

  for (const length of [0, 1, 15, 16, 31, 33]) {
    it(`[T-7] refuses a salt of ${length} bytes`, async () => {
      expect(await refusalOf(() => derive(params({ salt: new Uint8Array(length) })))).toBe('kdf-refused');
    });
  }

  it('gives other secrets for every changed byte of the parameters that are mixed in', async () => {
    const kdfParams = newKdfParams(p);
    const fast: Primitives = { ...p, pbkdf2: (password, salt) => p.pbkdf2(password, salt, 1) };
    const of = async (bytes: Uint8Array) =>
      hex((await deriveFromPassword(fast, { username: 'alice', password: 'secret', kdfParams: bytes })).authSecret);
    const seen = new Set([await of(kdfParams), await of(params({ iterations: 600_001, salt: kdfParams.slice(11) }))]);
    for (let index = 11; index < 43; index++) seen.add(await of(flipped(kdfParams, index)));
    expect(seen.size).toBe(34);
  });

  it('refuses an empty password, one without end, and half a character', async () => {
    const kdfParams = newKdfParams(p);
    for (const password of ['', 'x'.repeat(1_025), 'secret\ud83d', '\udc4bsecret']) {
      const attempt = () => deriveFromPassword(untouchable, { username: 'alice', password, kdfParams });
      expect(await refusalOf(attempt)).toBe('password-invalid');
    }
  });

  it('makes parameters that it accepts, each with its own salt', () => {
    const [first, second] = [newKdfParams(p), newKdfParams(p)];
    expect(guardKdfParams(first)).toMatchObject({ kdfId: 1, pbkdf2Iterations: 600_000 });
    expect(hex(first)).not.toBe(hex(second));
  });

  it('opens a vault only with the right share, user and password half', async () => {
    const vaultPre = p.randomBytes(32) as VaultPre;
    const serverShare = p.randomBytes(32) as Bytes32;
    const userId = p.randomBytes(16) as Bytes16;
    const nonce = new Uint8Array(12);
    const empty = new Uint8Array(0);
    const kek = await vaultKek(p, { vaultPre, serverShare, userId });
    expect(kek.extractable).toBe(false);
    const sealed = await p.aesGcmSeal(kek, nonce, empty, new Uint8Array(32));
    const others = [
      { vaultPre: flipped(vaultPre, 0) as VaultPre, serverShare, userId },
      { vaultPre, serverShare: flipped(serverShare, 0), userId },
      { vaultPre, serverShare, userId: flipped(userId, 0) as Bytes16 },
    ];
    for (const other of others) {
      await expect(p.aesGcmOpen(await vaultKek(p, other), nonce, empty, sealed)).rejects.toThrow();
    }
    await expect(vaultKek(p, { vaultPre, serverShare: new Uint8Array(31), userId })).rejects.toThrow();
  });
});

describe('a username', () => {
  it('has one form', () => {
    for (const text of ['Alice.W', 'ＡLICE.w', 'alice.w']) expect(normalizeUsername(text)).toBe('alice.w');
  });

  for (const text of [
    '',
    'al',
    '1alice',
    'alice!',
    'älice',
    'аlice',
    'alice bob',
    'a'.repeat(33),
    'alice\u0000',
    '__proto__',
  ]) {
    it(`is refused: ${JSON.stringify(text)}`, async () => {
      expect(await refusalOf(() => normalizeUsername(text))).toBe('username-invalid');
    });
  }
});
