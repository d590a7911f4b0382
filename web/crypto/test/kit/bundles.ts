import { type BundleInput, makeBundle } from '@secureconnect/crypto/identity/bundle';
import { verifyIdentity } from '@secureconnect/crypto/identity/directory';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { NOW_MS, type Person, ZERO_HASH } from './people.js';

/** What a first bundle of the person's is made from; `change` replaces what a test is about. */
export const bundleInput = (person: Person, change: Partial<BundleInput> = {}): BundleInput => ({
  userId: person.userId,
  username: person.username,
  bundleVer: 1,
  notBeforeMs: NOW_MS,
  notAfterMs: NOW_MS + 1_000_000,
  previousBundleHash: ZERO_HASH,
  signer: person.account,
  rsaSpki: person.account.encryption.get(1)!.rsaSpki,
  mlkem768: person.account.encryption.get(1)!.kemPublicKey,
  ...change,
});

/** The person's second bundle, after the one that was made at sign-up. */
export const secondBundle = (person: Person, change: Partial<BundleInput> = {}) =>
  makeBundle(p, bundleInput(person, { bundleVer: 2, previousBundleHash: person.identity.current.hash, ...change }));

export const identityOf = (person: Person, bundles: readonly Uint8Array[], nowMs = NOW_MS) =>
  verifyIdentity(p, { userId: person.userId, username: person.username, bundles, nowMs });
