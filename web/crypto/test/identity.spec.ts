import { type Bytes, type Bytes32, concatBytes, type FixedBytes } from '@secureconnect/contracts/signed/bytes';
import { bundlePreimage, readBundle } from '@secureconnect/contracts/signed/bundle';
import {
  type AccountSecrets,
  createAccount,
  importAccount,
  matchAccount,
} from '@secureconnect/crypto/identity/account';
import { makeBundle, verifyBundle } from '@secureconnect/crypto/identity/bundle';
import { verifyIdentity } from '@secureconnect/crypto/identity/directory';
import type { Account } from '@secureconnect/crypto/identity/keys';
import { signAsAccount } from '@secureconnect/crypto/identity/signatures';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { backEnds } from './kit/back-ends.js';
import { golden } from './kit/files.js';
import { hex, unhex } from './kit/hex.js';
import { bundleInput, identityOf, secondBundle } from './kit/bundles.js';
import { makePerson, NOW_MS, type Person } from './kit/people.js';
import { refusalOf } from './kit/refusals.js';

interface FrozenIdentities {
  readonly alice: {
    readonly bundle: string;
    readonly deviceCert: string;
    readonly revocation: string;
    readonly pin: string;
  };
  readonly aliceRotated: { readonly bundle: string; readonly pin: string };
}

let alice: Person;
let bob: Person;
let mallory: Person;

beforeAll(async () => {
  [alice, bob, mallory] = await Promise.all([makePerson(p, 'alice'), makePerson(p, 'bob'), makePerson(p, 'mallory')]);
});

const identityRefusal = (person: Person, bundles: readonly Uint8Array[], nowMs?: number) =>
  refusalOf(() => identityOf(person, bundles, nowMs));

/** The bundle with other signed bytes, signed anew by the person: the attacker is the account's owner. */
async function resigned(person: Person, change: (signed: Bytes) => void): Promise<Bytes> {
  const signed = readBundle(person.bundle).signed.slice();
  change(signed);
  return concatBytes(signed, await signAsAccount(p, person.account, bundlePreimage(signed)));
}

/** Where the keys lie in a first bundle. */
const AT = { ed25519: 111, rsaSpki: 2_101, modulus: 2_134, exponent: 2_392, mlkem: 2_398, rotated: 3_582 };

describe('a bundle', () => {
  for (const backEnd of backEnds) {
    it(`verifies as frozen, and so does the change of account keys after it (${backEnd.backEnd})`, async () => {
      const { alice: frozen, aliceRotated } = golden('identities.json') as FrozenIdentities;
      const first = await verifyBundle(backEnd, unhex(frozen.bundle), { username: 'alice', previous: null });
      const next = await verifyBundle(backEnd, unhex(aliceRotated.bundle), { username: 'alice', previous: first });
      expect([hex(first.pin), hex(next.pin)]).toEqual([frozen.pin, aliceRotated.pin]);
    });
  }

  it('[T-35] of another user or of another name is refused', async () => {
    expect(await identityRefusal(alice, [bob.bundle])).toBe('identity-refused');
    const bundle = mallory.bundle;
    const asBob = () =>
      verifyIdentity(p, { userId: mallory.userId, username: 'bob', bundles: [bundle], nowMs: NOW_MS });
    expect(await refusalOf(asBob)).toBe('identity-refused');
  });

  it('[T-21] of another user under the very name that was asked for is refused', async () => {
    const namesake = await createAccount(p, { userId: mallory.userId, username: 'alice', nowMs: NOW_MS });
    expect(await identityRefusal(alice, [namesake.bundle])).toBe('identity-refused');
  });

  it("[T-35] with Bob's keys inside needs Bob's signature", async () => {
    const claims = (own: Account, other: Account): Pick<Account, 'ed25519' | 'mldsa65'> => ({
      ed25519: { signer: own.ed25519.signer, publicKey: other.ed25519.publicKey },
      mldsa65: { signer: own.mldsa65.signer, publicKey: other.mldsa65.publicKey },
    });
    const stolen = await makeBundle(p, bundleInput(mallory, { signer: claims(mallory.account, bob.account) }));
    expect(await identityRefusal(mallory, [stolen])).toBe('identity-refused');
    const claimed = concatBytes(readBundle(bob.bundle).signed, mallory.bundle.subarray(-3_373));
    expect(await identityRefusal(bob, [claimed])).toBe('identity-refused');
  });

  it('stands only when both signatures stand', async () => {
    const other = await makeBundle(p, bundleInput(alice, { notAfterMs: NOW_MS + 5 }));
    const withOther = (from: number, to: number) => {
      const mixed = alice.bundle.slice();
      mixed.set(other.subarray(from, to), from);
      return mixed;
    };
    const signatures = alice.bundle.length - 3_373;
    expect(await identityRefusal(alice, [withOther(signatures, signatures + 64)])).toBe('identity-refused');
    expect(await identityRefusal(alice, [withOther(signatures + 64, alice.bundle.length)])).toBe('identity-refused');
  });

  it('[T-32] mixed from two bundles is refused', async () => {
    const mixed = alice.bundle.slice();
    mixed.set(bob.bundle.subarray(AT.rsaSpki, AT.rsaSpki + 294), AT.rsaSpki);
    expect(await identityRefusal(alice, [mixed])).toBe('identity-refused');
  });

  it('[T-33] without its ML-KEM key, or with it twice, is refused although its owner signed it', async () => {
    const stripped = readBundle(alice.bundle).signed;
    const signed = concatBytes(
      stripped.subarray(0, AT.rsaSpki - 4),
      Uint8Array.of(1),
      stripped.subarray(AT.rsaSpki - 3, AT.rsaSpki + 294),
      Uint8Array.of(0),
    );
    const bundle = concatBytes(signed, await signAsAccount(p, alice.account, bundlePreimage(signed)));
    expect(await identityRefusal(alice, [bundle])).toBe('identity-refused');
    const unknown = await resigned(alice, (bytes) => (bytes[AT.mlkem - 3] = 3));
    expect(await identityRefusal(alice, [unknown])).toBe('identity-refused');
  });

  const weak: readonly [string, (signed: Bytes) => void][] = [
    ['an even RSA modulus', (signed) => (signed[AT.modulus + 255]! &= 0xfe)],
    ['an RSA modulus of 2047 bits', (signed) => (signed[AT.modulus]! &= 0x7f)],
    ['e = 3', (signed) => signed.set([2, 3, 0, 0, 3], AT.exponent - 2)],
    ['e = 65539', (signed) => (signed[AT.exponent + 2] = 3)],
    ['another algorithm than rsaEncryption', (signed) => (signed[AT.rsaSpki + 16] = 10)],
    ['an ML-KEM coefficient of q', (signed) => signed.set([0x01, 0x0d, 0], AT.mlkem)],
    ['an ML-KEM coefficient above q', (signed) => signed.set([0xff, 0xff, 0xff], AT.mlkem + 300)],
    ['an Ed25519 key of order 1', (signed) => signed.fill(0, AT.ed25519, AT.ed25519 + 32).set([1], AT.ed25519)],
    ['an Ed25519 key of order 4', (signed) => signed.fill(0, AT.ed25519, AT.ed25519 + 32)],
    [
      'an Ed25519 key of order 8',
      (signed) => signed.set(unhex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'), AT.ed25519),
    ],
    ['an Ed25519 key above p', (signed) => signed.fill(0xff, AT.ed25519, AT.ed25519 + 32)],
  ];
  for (const [what, change] of weak) {
    it(`[T-34] with ${what} is refused although its owner signed it`, async () => {
      expect(await identityRefusal(alice, [await resigned(alice, change)])).toBe('identity-refused');
    });
  }

  it('with another modulus and another KEM key, strong ones, verifies: the refusals above are for weakness', async () => {
    const bundle = await resigned(alice, (signed) => {
      signed[AT.modulus + 100]! ^= 1;
      signed.set([0x00, 0x0d, 0], AT.mlkem);
    });
    expect((await identityOf(alice, [bundle])).current.bundle.bundleVer).toBe(1);
  });

  it('[T-34] is not made with an RSA key of 1024 bits, nor with e = 3', async () => {
    for (const [modulusLength, exponent] of [
      [1024, [1, 0, 1]],
      [2048, [3]],
    ] as const) {
      const pair = await globalThis.crypto.subtle.generateKey(
        { name: 'RSA-OAEP', hash: 'SHA-256', modulusLength, publicExponent: Uint8Array.from(exponent) },
        true,
        ['encrypt', 'decrypt'],
      );
      const rsaSpki = new Uint8Array(await globalThis.crypto.subtle.exportKey('spki', pair.publicKey));
      await expect(makeBundle(p, bundleInput(alice, { rsaSpki }))).rejects.toThrow();
    }
  });
});

describe('a published identity', () => {
  it('is its chain of bundles, the last one current', async () => {
    const identity = await identityOf(alice, [alice.bundle, await secondBundle(alice)]);
    expect(identity.current.bundle.bundleVer).toBe(2);
    expect([...identity.bundles.keys()]).toEqual([1, 2]);
  });

  it('[T-30] with a bundle left out, twice, or out of order is refused', async () => {
    const next = await secondBundle(alice);
    for (const bundles of [
      [],
      [next],
      [next, alice.bundle],
      [alice.bundle, alice.bundle],
      [alice.bundle, next, next],
    ]) {
      expect(await identityRefusal(alice, bundles)).toBe('identity-refused');
    }
  });

  it('[T-30] whose numbers leave one out is refused', async () => {
    const third = await secondBundle(alice, { bundleVer: 3 });
    expect(await identityRefusal(alice, [alice.bundle, third])).toBe('identity-refused');
  });

  it('whose second bundle names another first one is refused', async () => {
    const next = await secondBundle(alice, { previousBundleHash: bob.identity.current.hash });
    expect(await identityRefusal(alice, [alice.bundle, next])).toBe('identity-refused');
  });

  it('changes its account keys only with the signatures of the old ones', async () => {
    const signer = mallory.account;
    const unsigned = await secondBundle(alice, { signer });
    expect(await identityRefusal(alice, [alice.bundle, unsigned])).toBe('identity-refused');
    const signedByHerself = await secondBundle(alice, { signer, previousSigner: mallory.account });
    expect(await identityRefusal(alice, [alice.bundle, signedByHerself])).toBe('identity-refused');
    const signedByOld = await secondBundle(alice, { signer: bob.account, previousSigner: alice.account });
    expect((await identityOf(alice, [alice.bundle, signedByOld])).pin).toEqual(bob.identity.pin);
  });

  it('changes half of its account keys only with the signatures of the old ones', async () => {
    const signer = { ...alice.account, mldsa65: mallory.account.mldsa65 };
    expect(await identityRefusal(alice, [alice.bundle, await secondBundle(alice, { signer })])).toBe(
      'identity-refused',
    );
  });

  it('[T-39] starts fresh without the old keys only where it says so, and shows it', async () => {
    const signer = mallory.account;
    const reset = await secondBundle(alice, { signer, reset: true });
    const identity = await identityOf(alice, [alice.bundle, reset]);
    expect(identity).toMatchObject({ pin: mallory.identity.pin, lastReset: { bundleVer: 2, atMs: NOW_MS } });
    const hidden = reset.slice();
    hidden[3_582] = 0;
    expect(await identityRefusal(alice, [alice.bundle, hidden])).toBe('identity-refused');
    expect(await identityRefusal(alice, [alice.bundle, await secondBundle(alice, { reset: true })])).toBe(
      'identity-refused',
    );
    expect((await identityOf(alice, [alice.bundle])).lastReset).toBeNull();
  });

  it('says that keys changed only where they did', async () => {
    const same = await secondBundle(alice, { previousSigner: alice.account });
    expect(await identityRefusal(alice, [alice.bundle, same])).toBe('identity-refused');
  });

  it('is refused before and after its time, with five minutes for the clocks', async () => {
    expect(await identityRefusal(alice, [alice.bundle], NOW_MS - 300_001)).toBe('bundle-expired');
    expect((await identityOf(alice, [alice.bundle], NOW_MS - 300_000)).userId).toEqual(alice.userId);
    const afterMs = alice.identity.current.bundle.notAfterMs + 1;
    expect(await identityRefusal(alice, [alice.bundle], afterMs)).toBe('bundle-expired');
    const late = {
      userId: alice.userId,
      username: 'alice',
      bundles: [alice.bundle],
      nowMs: Number.MAX_SAFE_INTEGER / 2,
    };
    expect(await refusalOf(() => verifyIdentity(p, late))).toBe('bundle-expired');
    expect((await verifyIdentity(p, { ...late, expiredToo: true })).pin).toEqual(alice.identity.pin);
    expect(await refusalOf(() => verifyIdentity(p, { ...late, expiredToo: true, nowMs: 0 }))).toBe('bundle-expired');
  });
});

describe('an account', () => {
  const swapped = (change: Partial<Account>): Account => ({ ...alice.account, ...change });

  it('matches the identity that it published', async () => {
    await expect(matchAccount(p, alice.account, alice.identity)).resolves.toBe(undefined);
  });

  it('[T-21] does not match another identity under its name', async () => {
    const impostor = await createAccount(p, { userId: alice.userId, username: 'alice', nowMs: NOW_MS });
    expect(await refusalOf(() => matchAccount(p, alice.account, impostor.identity))).toBe('identity-mismatch');
    expect(await refusalOf(() => matchAccount(p, alice.account, bob.identity))).toBe('identity-mismatch');
  });

  it('[T-12] does not match with any one of its keys replaced', async () => {
    const keys = alice.account.encryption.get(1)!;
    const others = bob.account.encryption.get(1)!;
    const changed: Account[] = [
      swapped({ ed25519: bob.account.ed25519 }),
      swapped({ mldsa65: bob.account.mldsa65 }),
      swapped({ userId: bob.userId }),
      swapped({ encryption: new Map() }),
      swapped({ encryption: new Map([[2, keys]]) }),
      swapped({ encryption: new Map([[1, { ...keys, rsaSpki: others.rsaSpki }]]) }),
      swapped({ encryption: new Map([[1, { ...keys, rsa: others.rsa }]]) }),
      swapped({ encryption: new Map([[1, { ...keys, kemPublicKey: others.kemPublicKey }]]) }),
      swapped({ encryption: new Map([[1, { ...keys, kem: others.kem }]]) }),
      swapped({
        encryption: new Map([
          [1, keys],
          [2, keys],
        ]),
      }),
    ];
    for (const account of changed) {
      expect(await refusalOf(() => matchAccount(p, account, alice.identity))).toBe('identity-mismatch');
    }
  });

  it('[T-12] whose bundle has one altered encryption key, signed, is not its own', async () => {
    const rsaSpki = bob.account.encryption.get(1)!.rsaSpki;
    const bundle = await makeBundle(p, bundleInput(alice, { rsaSpki }));
    const identity = await identityOf(alice, [bundle]);
    expect(await refusalOf(() => matchAccount(p, alice.account, identity))).toBe('identity-mismatch');
  });

  it('comes back from its secrets with the same public keys, on either back end', async () => {
    for (const backEnd of backEnds) {
      const account = await importAccount(backEnd, alice.userId, alice.secrets);
      expect(account.ed25519.publicKey).toEqual(alice.account.ed25519.publicKey);
      expect(account.mldsa65.publicKey).toEqual(alice.account.mldsa65.publicKey);
      expect(account.encryption.get(1)!.kemHash).toEqual(alice.account.encryption.get(1)!.kemHash);
    }
  });

  it('does not come back from secrets of another length', async () => {
    const { signing, encryption } = alice.secrets;
    const [keys] = encryption;
    const broken: AccountSecrets[] = [
      { signing: { ...signing, ed25519: new Uint8Array(31) as Bytes32 }, encryption },
      { signing: { ...signing, mldsa65: new Uint8Array(33) as Bytes32 }, encryption },
      { signing, encryption: [{ ...keys!, mlkemSeed: new Uint8Array(63) as FixedBytes<64> }] },
      { signing, encryption: [{ ...keys!, rsaPkcs8: new Uint8Array(1_218) }] },
    ];
    for (const secrets of broken) await expect(importAccount(p, alice.userId, secrets)).rejects.toThrow();
  });
});
