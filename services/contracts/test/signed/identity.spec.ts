import { createHash, createPublicKey, verify } from 'node:crypto';
import { fromHex, toHex } from '@secureconnect/contracts/encoding';
import {
  bundleHashPreimage,
  bundlePreimage,
  readBundle,
  usernameHashPreimage,
} from '@secureconnect/contracts/signed/bundle';
import { deviceCertPreimage, readDeviceCert, readRevocation } from '@secureconnect/contracts/signed/device';
import { identities, patched } from './frozen.js';
import { refusal } from './refusal.js';

const { alice, aliceRotated } = identities;
const bundleBytes = fromHex(alice.bundle);
const certBytes = fromHex(alice.deviceCert);
const revocationBytes = fromHex(alice.revocation);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function ed25519Verifies(publicKey: Uint8Array, preimage: Uint8Array, signature: Uint8Array): boolean {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') };
  return verify(null, preimage, createPublicKey({ key: jwk, format: 'jwk' }), signature);
}

describe('the reader of bundles', () => {
  it('reads a frozen one, and gives what a server needs to verify it', () => {
    const bundle = readBundle(bundleBytes);
    expect(bundleBytes).toHaveLength(6_956);
    expect(toHex(bundle.userId)).toBe(alice.userId);
    expect(bundle).toMatchObject({ bundleVer: 1, capabilities: 1, previousSignatures: null });
    expect(toHex(bundle.usernameHash)).toBe(sha256(usernameHashPreimage('alice')));
    expect(sha256(bundleHashPreimage(bundleBytes))).toBe(alice.bundleHash);
    expect(ed25519Verifies(bundle.ed25519, bundlePreimage(bundle.signed), bundle.signatures.ed25519)).toBe(true);
    expect(bundle.signatures.mldsa65).toHaveLength(3_309);
  });

  it('reads one that changes the account keys, with the signatures of the old ones', () => {
    const next = readBundle(fromHex(aliceRotated.bundle));
    expect(next.bytes).toHaveLength(10_329);
    expect(toHex(next.previousBundleHash)).toBe(alice.bundleHash);
    const { ed25519 } = readBundle(bundleBytes);
    expect(ed25519Verifies(ed25519, bundlePreimage(next.signed), next.previousSignatures!.ed25519)).toBe(true);
  });

  it('refuses every other length', () => {
    for (let length = 0; length < bundleBytes.length; length += 7) {
      expect(refusal(() => readBundle(bundleBytes.subarray(0, length)))).toBe('truncated');
    }
    expect(refusal(() => readBundle(new Uint8Array([...bundleBytes, 0])))).toBe('trailing-bytes');
    expect(refusal(() => readBundle(new Uint8Array(16_385)))).toBe('too-large');
  });

  const refused: readonly [string, Uint8Array, string][] = [
    ['another magic', patched(bundleBytes, 3, 0x32), 'wrong-magic'],
    ['another version', patched(bundleBytes, 4, 2), 'unknown-version'],
    ['number 0', patched(bundleBytes, 53, 0, 0, 0, 0), 'out-of-range'],
    ['number 2 after nothing', patched(bundleBytes, 53, 0, 0, 0, 2), 'not-canonical'],
    ['number 1 after something', patched(bundleBytes, 73, 1), 'not-canonical'],
    ['an end before its beginning', patched(bundleBytes, 65, 0, 0, 0, 0, 0, 0, 0, 1), 'out-of-range'],
    ['a time beyond all calendars', patched(bundleBytes, 57, 0xff), 'out-of-range'],
    ['no capability for suite 1', patched(bundleBytes, 105, 0, 0, 0, 2), 'out-of-range'],
    ['an Ed25519 key of another length', patched(bundleBytes, 109, 0, 31), 'out-of-range'],
    ['an ML-DSA key of another length', patched(bundleBytes, 143, 7, 0), 'out-of-range'],
    ['one encryption key [T-33]', patched(bundleBytes, 2_097, 1), 'out-of-range'],
    ['three encryption keys', patched(bundleBytes, 2_097, 3), 'out-of-range'],
    ['an unknown algorithm', patched(bundleBytes, 2_098, 3), 'unknown-id'],
    ['the two keys in the other order', patched(bundleBytes, 2_098, 2), 'unknown-id'],
    ['RSA twice [T-33]', patched(bundleBytes, 2_395, 1), 'unknown-id'],
    ['a change of keys in the first bundle', patched(bundleBytes, 3_582, 1), 'truncated'],
    ['a fresh start in the first bundle', patched(bundleBytes, 3_582, 2), 'not-canonical'],
    ['a change of keys that nobody knows', patched(bundleBytes, 3_582, 3), 'out-of-range'],
    ['a weak Ed25519 key [T-34]', patched(bundleBytes, 111, ...new Uint8Array(32)), 'weak-key'],
    ['an even RSA modulus [T-34]', patched(bundleBytes, 2_134 + 255, 0), 'weak-key'],
    ['an ML-KEM key above q [T-34]', patched(bundleBytes, 2_398, 0xff, 0xff), 'weak-key'],
  ];
  for (const [what, bytes, code] of refused) {
    it(`refuses ${what}`, () => {
      expect(refusal(() => readBundle(bytes))).toBe(code);
    });
  }

  it('refuses a username that is not in its wire form', () => {
    expect(refusal(() => usernameHashPreimage('älice'))).toBe('out-of-range');
  });
});

describe('the readers of device certificates and revocations', () => {
  it('read the frozen ones, and give what a server needs to verify them', () => {
    const cert = readDeviceCert(certBytes);
    expect([toHex(cert.userId), toHex(cert.deviceId)]).toEqual([alice.userId, alice.deviceId]);
    const { ed25519 } = readBundle(bundleBytes);
    expect(ed25519Verifies(ed25519, deviceCertPreimage(cert.signed), cert.signatures.ed25519)).toBe(true);
    const revocation = readRevocation(revocationBytes);
    expect(toHex(revocation.deviceId)).toBe(alice.deviceId);
    expect(revocation.revokedAtMs).toBe(cert.createdAtMs + 60_000);
  });

  it('refuse every other length', () => {
    for (let length = 0; length < 3_417; length += 7) {
      expect(refusal(() => readDeviceCert(certBytes.subarray(0, length)))).toBe('truncated');
      expect(refusal(() => readRevocation(revocationBytes.subarray(0, length)))).toBe('truncated');
    }
    expect(refusal(() => readDeviceCert(new Uint8Array([...certBytes, 0])))).toBe('too-large');
    expect(refusal(() => readRevocation(new Uint8Array([...revocationBytes, 0])))).toBe('too-large');
  });

  it('refuse one for the other, an end before its beginning, and a weak device key', () => {
    expect(refusal(() => readDeviceCert(revocationBytes))).toBe('wrong-magic');
    expect(refusal(() => readRevocation(certBytes.subarray(0, 3_417)))).toBe('wrong-magic');
    expect(refusal(() => readDeviceCert(patched(certBytes, 76, 0, 0, 0, 0, 0, 0, 0, 1)))).toBe('out-of-range');
    expect(refusal(() => readDeviceCert(patched(certBytes, 36, ...new Uint8Array(32))))).toBe('weak-key');
  });
});
