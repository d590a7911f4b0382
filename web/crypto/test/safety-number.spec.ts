import type { Bytes16, Bytes32, FixedBytes } from '@secureconnect/contracts/signed/bytes';
import { readBundle } from '@secureconnect/contracts/signed/bundle';
import {
  compareSafetyCode,
  type SafetyKeys,
  safetyKeysOf,
  safetyNumber,
  type SafetyNumber,
} from '@secureconnect/crypto/identity/safety-number';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { backEnds } from './kit/back-ends.js';
import { golden } from './kit/files.js';
import { flipped, hex, unhex } from './kit/hex.js';
import { makePerson } from './kit/people.js';

/** Of the frozen identities, computed apart from this code: Python 3, hashlib, word for word after PROTOCOL 7.3. */
const DIGITS = '021632542260971908987791375252523583725842966278113336450512';
const CODE =
  '53435131f6e81ddbbcb9d6de47bdcedddeb0e99648e0aa4b93f77e0d566e816edd0a0b769a76637212da12d259348fd7aad4f717f9b1e71f6b774338e31b0a7a3788c1fa0ac0f98a860fcf8b872a6849a361d6a29fbf79a3b223dc8594cb929a5b3006c6';

const frozen = golden('identities.json') as Record<'alice' | 'bob', { bundle: string }>;
const [alice, bob] = [frozen.alice, frozen.bob].map(({ bundle }): SafetyKeys => readBundle(unhex(bundle))) as [
  SafetyKeys,
  SafetyKeys,
];
const mallory: SafetyKeys = { ...bob, ed25519: alice.ed25519 };

let ofAlice: SafetyNumber;
let ofBob: SafetyNumber;
beforeAll(async () => {
  ofAlice = await safetyNumber(p, { own: alice, peer: bob });
  ofBob = await safetyNumber(p, { own: bob, peer: alice });
});

describe('a safety number', () => {
  for (const backEnd of backEnds) {
    it(`is what the protocol says (${backEnd.backEnd})`, async () => {
      const number = await safetyNumber(backEnd, { own: alice, peer: bob });
      expect([number.digits, hex(number.code)]).toEqual([DIGITS, CODE]);
    });
  }

  it('is the same for both people, and sixty digits', () => {
    expect(ofBob.digits).toBe(ofAlice.digits);
    expect(ofAlice.digits).toMatch(/^[0-9]{60}$/);
    expect([ofBob.own, ofBob.peer]).toEqual([ofAlice.peer, ofAlice.own]);
  });

  it('[T-25] is another one when any key or user id is', async () => {
    const others: readonly SafetyKeys[] = [
      { ...bob, userId: alice.userId },
      { ...bob, ed25519: flipped(bob.ed25519, 31) as Bytes32 },
      { ...bob, mldsa65: flipped(bob.mldsa65, 1_951) as FixedBytes<1952> },
    ];
    for (const peer of others) {
      const { digits } = await safetyNumber(p, { own: alice, peer });
      expect(digits).not.toBe(ofAlice.digits);
      expect(digits).toContain(ofAlice.own.digits);
    }
  });

  it('[T-37] comes from the keys of the opened account and of the bundle that is sealed for', async () => {
    const [carol, dave] = await Promise.all([makePerson(p, 'carol'), makePerson(p, 'dave')]);
    const here = await safetyNumber(p, { own: safetyKeysOf(carol.account), peer: dave.identity.current.bundle });
    const there = await safetyNumber(p, { own: safetyKeysOf(dave.account), peer: carol.identity.current.bundle });
    expect(here.digits).toBe(there.digits);
    expect(compareSafetyCode(there.code, here)).toBe('match');
  });
});

describe('a scanned code', () => {
  it('matches from either side', () => {
    expect(compareSafetyCode(ofBob.code, ofAlice)).toBe('match');
    expect(compareSafetyCode(ofAlice.code, ofBob)).toBe('match');
    expect(ofAlice.code).toHaveLength(100);
  });

  it('[T-25] does not match when somebody is in between, on either side', async () => {
    const deceived = await safetyNumber(p, { own: alice, peer: mallory });
    expect(compareSafetyCode(ofBob.code, deceived)).toBe('mismatch');
    expect(compareSafetyCode(deceived.code, ofBob)).toBe('mismatch');
  });

  it('matches in no other byte', () => {
    const outcomes = ofBob.code.map((_, index) => {
      const outcome = compareSafetyCode(flipped(ofBob.code, index), ofAlice);
      return ['match', 'mismatch', 'other-people', 'not-a-code'].indexOf(outcome);
    });
    const expected = [...Array(4).fill(3), ...Array(16).fill(2), ...Array(32).fill(1), ...Array(16).fill(2)];
    expect([...outcomes]).toEqual([...expected, ...Array(32).fill(1)]);
  });

  it('of two others, or the own one, says nothing', async () => {
    const carol = { ...bob, userId: new Uint8Array(16).fill(3) as Bytes16 };
    const others = await safetyNumber(p, { own: bob, peer: carol });
    expect(compareSafetyCode(others.code, ofAlice)).toBe('other-people');
    expect(compareSafetyCode(ofAlice.code, ofAlice)).toBe('other-people');
    const alone = await safetyNumber(p, { own: alice, peer: alice });
    expect(compareSafetyCode(alone.code, alone)).toBe('other-people');
  });

  it('that is none is told apart', () => {
    const texts = ['', 'https://example.org', 'SCQ1', 'SCQ2'].map((text) => new TextEncoder().encode(text));
    const lengths = [ofBob.code.subarray(0, 99), Uint8Array.of(...ofBob.code, 0), new Uint8Array(1_000_000)];
    for (const bytes of [...texts, ...lengths]) expect(compareSafetyCode(bytes, ofAlice)).toBe('not-a-code');
  });
});
