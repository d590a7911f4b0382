import { type Bytes16, type Bytes32, sameBytes } from '@secureconnect/contracts/signed/bytes';
import type { VerifiedIdentity } from './directory.js';

/** How a person compared the keys: not at all, by the numbers, or by scanning the code. */
export type VerificationMethod = 'none' | 'compared' | 'scanned';

/** What is remembered of a peer's identity, as vault item 4 (PROTOCOL 7.2): in the vault, so that the server cannot set it [T-23]. */
export interface Pin {
  readonly peerUserId: Bytes16;
  /** H over both account keys. */
  readonly pin: Bytes32;
  readonly firstSeenAtMs: number;
  readonly verifiedAtMs: number | null;
  readonly method: VerificationMethod;
  readonly highestBundleVer: number;
}

/** The pin of a first contact, or of keys that a person has just accepted. */
export function pinIdentity(identity: VerifiedIdentity, nowMs: number): Pin {
  return {
    peerUserId: identity.userId,
    pin: identity.pin,
    firstSeenAtMs: nowMs,
    verifiedAtMs: null,
    method: 'none',
    highestBundleVer: identity.current.bundle.bundleVer,
  };
}

/**
 * `advanced`: the same account keys with a newer bundle, write the pin anew (`advancePin`). `changed`: other account keys, sending waits
 * for a person [T-26]. `rolled-back`: an older bundle than was seen, not to be used [T-30].
 */
export type PinComparison = 'first-use' | 'matches' | 'advanced' | 'changed' | 'rolled-back';

/** Compares what is published with what is remembered. @throws RangeError when the pin is another user's */
export function comparePin(pin: Pin | null, identity: VerifiedIdentity): PinComparison {
  if (pin === null) return 'first-use';
  if (!sameBytes(pin.peerUserId, identity.userId)) throw new RangeError('pin of another user');
  const { bundleVer } = identity.current.bundle;
  if (bundleVer < pin.highestBundleVer) return 'rolled-back';
  if (!sameBytes(pin.pin, identity.pin)) return 'changed';
  return bundleVer === pin.highestBundleVer ? 'matches' : 'advanced';
}

/** The same pin with the newer bundle's number. */
export function advancePin(pin: Pin, identity: VerifiedIdentity): Pin {
  return { ...pin, highestBundleVer: Math.max(pin.highestBundleVer, identity.current.bundle.bundleVer) };
}
