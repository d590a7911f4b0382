import { readBundle } from '@secureconnect/contracts/signed/bundle';
import { readDeviceCert, readRevocation } from '@secureconnect/contracts/signed/device';
import { verifyBundle, type VerifiedBundle } from '@secureconnect/crypto/identity/bundle';
import { verifyDevice, verifyRevocation } from '@secureconnect/crypto/identity/device';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { golden } from './kit/files.js';
import { flipped, unhex } from './kit/hex.js';
import { refusalOf } from './kit/refusals.js';

// Envelopes and vaults are mutated byte by byte in their own specs.

const { alice, aliceRotated } = golden('identities.json') as {
  alice: Record<'bundle' | 'deviceCert' | 'revocation', string>;
  aliceRotated: { bundle: string };
};

const accounts = golden('accounts.json') as { bobAgain: { bundles: readonly string[] } };

let first: VerifiedBundle;
beforeAll(async () => {
  first = await verifyBundle(p, unhex(alice.bundle), { username: 'alice', previous: null });
});

/** How many are in flight: the runtime verifies on more than one thread. */
const AT_ONCE = 64;
const PATIENCE_MS = 60_000;

/** The codes with which every single changed byte of `bytes` is refused. */
async function refusalsOfEveryByte(
  bytes: Uint8Array,
  verify: (bytes: Uint8Array) => Promise<unknown>,
): Promise<Set<string>> {
  const codes = new Set<string>();
  for (let from = 0; from < bytes.length; from += AT_ONCE) {
    const indexes = Array.from({ length: Math.min(AT_ONCE, bytes.length - from) }, (_, offset) => from + offset);
    const attempts = indexes.map((index) => refusalOf(() => verify(flipped(bytes, index, 1 << (index % 8)))));
    for (const code of await Promise.all(attempts)) codes.add(code);
  }
  return codes;
}

describe('every single changed byte is refused', () => {
  it(
    '[T-32] of a bundle',
    async () => {
      const verify = (bytes: Uint8Array) => verifyBundle(p, bytes, { username: 'alice', previous: null });
      expect([...(await refusalsOfEveryByte(unhex(alice.bundle), verify))]).toEqual(['identity-refused']);
    },
    PATIENCE_MS,
  );

  it(
    'of a bundle that changes the account keys',
    async () => {
      const verify = (bytes: Uint8Array) => verifyBundle(p, bytes, { username: 'alice', previous: first });
      expect([...(await refusalsOfEveryByte(unhex(aliceRotated.bundle), verify))]).toEqual(['identity-refused']);
    },
    PATIENCE_MS,
  );

  it(
    '[T-39] of a bundle that starts fresh',
    async () => {
      const [before, reset] = accounts.bobAgain.bundles.map(unhex) as [Uint8Array, Uint8Array];
      const previous = await verifyBundle(p, before, { username: 'bob', previous: null });
      const verify = (bytes: Uint8Array) => verifyBundle(p, bytes, { username: 'bob', previous });
      await expect(verify(reset)).resolves.toMatchObject({ bundle: { keyChange: 'reset' } });
      expect([...(await refusalsOfEveryByte(reset, verify))]).toEqual(['identity-refused']);
    },
    PATIENCE_MS,
  );

  it(
    'of a device certificate',
    async () => {
      const codes = await refusalsOfEveryByte(unhex(alice.deviceCert), (bytes) => verifyDevice(p, bytes, first));
      expect([...codes]).toEqual(['device-refused']);
    },
    PATIENCE_MS,
  );

  it(
    'of a revocation',
    async () => {
      const codes = await refusalsOfEveryByte(unhex(alice.revocation), (bytes) => verifyRevocation(p, bytes, first));
      expect([...codes]).toEqual(['device-refused']);
    },
    PATIENCE_MS,
  );
});

describe('every structure', () => {
  const readers: readonly [string, string, (bytes: Uint8Array) => unknown][] = [
    ['a bundle', alice.bundle, readBundle],
    ['a device certificate', alice.deviceCert, readDeviceCert],
    ['a revocation', alice.revocation, readRevocation],
  ];
  for (const [what, text, read] of readers) {
    it(`is exactly as long as it is: ${what}`, () => {
      const bytes = unhex(text);
      expect(() => read(bytes)).not.toThrow();
      for (let length = 0; length < bytes.length; length += 17) expect(() => read(bytes.subarray(0, length))).toThrow();
      expect(() => read(Uint8Array.of(...bytes, 0))).toThrow();
    });
  }
});
