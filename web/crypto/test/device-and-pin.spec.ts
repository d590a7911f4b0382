import { concatBytes } from '@secureconnect/contracts/signed/bytes';
import { createAccount } from '@secureconnect/crypto/identity/account';
import { verifyBundle } from '@secureconnect/crypto/identity/bundle';
import { makeDevice, makeRevocation, verifyDevice, verifyRevocation } from '@secureconnect/crypto/identity/device';
import {
  acceptChangedKeys,
  advancePin,
  comparePin,
  EARLIER_PINS_MAX,
  pinIdentity,
  standingOfKeys,
  unverifyPin,
  verifyPin,
} from '@secureconnect/crypto/identity/pin';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { readPin, writePin } from '@secureconnect/crypto/vault/contents';
import { backEnds } from './kit/back-ends.js';
import { identityOf, secondBundle } from './kit/bundles.js';
import { golden } from './kit/files.js';
import { flipped, hex, unhex } from './kit/hex.js';
import { makePerson, NOW_MS, type Person } from './kit/people.js';
import { refusalOf } from './kit/refusals.js';

let alice: Person;
let bob: Person;
let mallory: Person;

beforeAll(async () => {
  [alice, bob, mallory] = await Promise.all([makePerson(p, 'alice'), makePerson(p, 'bob'), makePerson(p, 'mallory')]);
});

describe('a device', () => {
  const deviceRefusal = (cert: Uint8Array, person = alice) =>
    refusalOf(() => verifyDevice(p, cert, person.identity.current));

  it('verifies as frozen, on either back end', async () => {
    const frozen = (golden('identities.json') as { alice: Record<'bundle' | 'deviceCert' | 'revocation', string> })
      .alice;
    for (const backEnd of backEnds) {
      const bundle = await verifyBundle(backEnd, unhex(frozen.bundle), {});
      expect((await verifyDevice(backEnd, unhex(frozen.deviceCert), bundle)).createdAtMs).toBe(NOW_MS);
      expect((await verifyRevocation(backEnd, unhex(frozen.revocation), bundle)).revokedAtMs).toBe(NOW_MS + 60_000);
    }
  });

  it("that Alice did not certify is not Alice's", async () => {
    const forged = await makeDevice(p, { account: { ...mallory.account, userId: alice.userId }, nowMs: NOW_MS });
    expect(await deviceRefusal(forged.cert)).toBe('device-refused');
    expect(await deviceRefusal(bob.device.cert)).toBe('device-refused');
    expect(await deviceRefusal(alice.device.cert, bob)).toBe('device-refused');
  });

  it('and its revocation are those of the account that they name, whoever has the keys', async () => {
    const account = { ...alice.account, userId: bob.userId };
    const { cert, deviceId } = await makeDevice(p, { account, nowMs: NOW_MS });
    expect(await deviceRefusal(cert)).toBe('device-refused');
    const revocation = await makeRevocation(p, { account, deviceId, nowMs: NOW_MS });
    expect(await refusalOf(() => verifyRevocation(p, revocation, alice.identity.current))).toBe('device-refused');
  });

  it('needs both signatures of the account', async () => {
    const half = await makeDevice(p, {
      account: { ...alice.account, mldsa65: mallory.account.mldsa65 },
      nowMs: NOW_MS,
    });
    const otherHalf = await makeDevice(p, {
      account: { ...alice.account, ed25519: mallory.account.ed25519 },
      nowMs: NOW_MS,
    });
    expect(await deviceRefusal(half.cert)).toBe('device-refused');
    expect(await deviceRefusal(otherHalf.cert)).toBe('device-refused');
  });

  it('is revoked by its account alone', async () => {
    const { deviceId } = alice.device;
    const revocation = await makeRevocation(p, { account: alice.account, deviceId, nowMs: NOW_MS });
    const believed = await verifyRevocation(p, revocation, alice.identity.current);
    expect(believed).toEqual({ userId: alice.userId, deviceId, revokedAtMs: NOW_MS });
    const forged = await makeRevocation(p, {
      account: { ...mallory.account, userId: alice.userId },
      deviceId,
      nowMs: 1,
    });
    expect(await refusalOf(() => verifyRevocation(p, forged, alice.identity.current))).toBe('device-refused');
    expect(await refusalOf(() => verifyRevocation(p, revocation, bob.identity.current))).toBe('device-refused');
  });

  it('[T-16] is not certified by the signatures of a revocation, nor the other way round', async () => {
    const { deviceId } = alice.device;
    const revocation = await makeRevocation(p, { account: alice.account, deviceId, nowMs: NOW_MS });
    const cert = concatBytes(alice.device.cert.subarray(0, 84), revocation.subarray(44));
    expect(await deviceRefusal(cert)).toBe('device-refused');
  });
});

describe('a pin', () => {
  it('is kept at first use and matches from then on', () => {
    const pin = pinIdentity(bob.identity, NOW_MS);
    expect(comparePin(null, bob.identity)).toBe('first-use');
    expect(comparePin(pin, bob.identity)).toBe('matches');
    expect(pin).toMatchObject({ verifiedAtMs: null, method: 'none', highestBundleVer: 1 });
  });

  it('[T-26] shows other account keys as changed', async () => {
    const impostor = await createAccount(p, { userId: bob.userId, username: 'bob', nowMs: NOW_MS });
    expect(comparePin(pinIdentity(bob.identity, NOW_MS), impostor.identity)).toBe('changed');
  });

  it('[T-26] shows a change that the old keys signed as changed too', async () => {
    const next = await secondBundle(bob, { signer: mallory.account, previousSigner: bob.account });
    expect(comparePin(pinIdentity(bob.identity, NOW_MS), await identityOf(bob, [bob.bundle, next]))).toBe('changed');
  });

  it('[T-30] goes up with newer bundles of the same keys and never down', async () => {
    const newer = await identityOf(bob, [bob.bundle, await secondBundle(bob)]);
    const pin = pinIdentity(bob.identity, NOW_MS);
    expect(comparePin(pin, newer)).toBe('advanced');
    const advanced = advancePin(pin, newer);
    expect(comparePin(advanced, newer)).toBe('matches');
    expect(comparePin(advanced, bob.identity)).toBe('rolled-back');
    expect(advancePin(advanced, bob.identity).highestBundleVer).toBe(2);
  });

  it("is not compared with another user's identity", () => {
    expect(() => comparePin(pinIdentity(bob.identity, NOW_MS), alice.identity)).toThrow(RangeError);
  });

  it('tells apart identities that differ in one key', async () => {
    const half = await secondBundle(bob, {
      signer: { ...bob.account, mldsa65: mallory.account.mldsa65 },
      previousSigner: bob.account,
    });
    const identity = await identityOf(bob, [bob.bundle, half]);
    expect(hex(identity.pin)).not.toBe(hex(bob.identity.pin));
    expect(hex(identity.pin)).not.toBe(hex(mallory.identity.pin));
  });
});

describe('a pin that a person has decided about', () => {
  const verified = () => verifyPin(pinIdentity(bob.identity, NOW_MS), 'scanned', NOW_MS + 1);
  const changed = async () =>
    identityOf(bob, [bob.bundle, await secondBundle(bob, { signer: mallory.account, reset: true })]);

  it('says how it was verified, until that is taken back or the keys change', async () => {
    expect(verified()).toMatchObject({ method: 'scanned', verifiedAtMs: NOW_MS + 1 });
    expect(unverifyPin(verified())).toEqual(pinIdentity(bob.identity, NOW_MS));
    const accepted = acceptChangedKeys(verified(), await changed(), NOW_MS + 2);
    expect(accepted).toMatchObject({ method: 'none', verifiedAtMs: null, highestBundleVer: 2, firstSeenAtMs: NOW_MS });
  });

  it('remembers the keys that it accepted others for, and tells them from those it never did', async () => {
    const identity = await changed();
    const accepted = acceptChangedKeys(verified(), identity, NOW_MS + 2);
    expect(accepted.earlier).toEqual([
      { pin: bob.identity.pin, replacedAtMs: NOW_MS + 2, verifiedAtMs: NOW_MS + 1, method: 'scanned' },
    ]);
    expect(comparePin(accepted, identity)).toBe('matches');
    const keys = [mallory, bob, alice].map((person) => standingOfKeys(accepted, person.identity.pin));
    expect(keys).toEqual(['current', 'earlier', 'unknown']);
    expect(standingOfKeys(verified(), mallory.identity.pin)).toBe('unknown');
  });

  it('accepts only what changed', async () => {
    expect(() => acceptChangedKeys(verified(), bob.identity, NOW_MS)).toThrow(RangeError);
    const behind = { ...verified(), highestBundleVer: 3 };
    const identity = await changed();
    expect(() => acceptChangedKeys(behind, identity, NOW_MS)).toThrow(RangeError);
    expect(() => acceptChangedKeys(verified(), alice.identity, NOW_MS)).toThrow(RangeError);
  });

  it('comes back from the vault as it went in, with 16 earlier keys at most', async () => {
    const identity = await changed();
    const accepted = acceptChangedKeys(verified(), identity, NOW_MS + 2);
    for (const pin of [verified(), accepted]) expect(readPin(writePin(pin))).toEqual(pin);
    const many = { ...verified(), earlier: Array.from({ length: 16 }, () => accepted.earlier![0]!) };
    const next = acceptChangedKeys(many, identity, NOW_MS + 3);
    expect(next.earlier).toHaveLength(EARLIER_PINS_MAX);
    expect(readPin(writePin(next))).toEqual(next);
    const bytes = writePin(accepted);
    for (let length = 0; length < bytes.length; length++) expect(() => readPin(bytes.subarray(0, length))).toThrow();
    const [none, tooMany] = [bytes.slice(), bytes.slice()];
    none[70] = 0;
    tooMany[70] = 17;
    const unknownMethod = writePin(verified());
    unknownMethod[65] = 3;
    expect(readPin(writePin(verified())).method).toBe('scanned');
    const noneAtAll = Uint8Array.of(2, ...writePin(verified()).subarray(1), 0);
    for (const other of [
      unknownMethod,
      noneAtAll,
      none,
      tooMany,
      Uint8Array.of(...bytes, 0),
      Uint8Array.of(3, ...bytes.subarray(1)),
    ]) {
      expect(() => readPin(other)).toThrow();
    }
  });
});

describe('ids', () => {
  it('of devices are random', async () => {
    const ids = await Promise.all([1, 2, 3].map(() => makeDevice(p, { account: alice.account, nowMs: NOW_MS })));
    expect(new Set(ids.map(({ deviceId }) => hex(deviceId))).size).toBe(3);
  });

  it('that are flipped in a certificate are noticed', async () => {
    for (const index of [4, 20, 36]) {
      expect(await refusalOf(() => verifyDevice(p, flipped(alice.device.cert, index), alice.identity.current))).toBe(
        'device-refused',
      );
    }
  });
});
