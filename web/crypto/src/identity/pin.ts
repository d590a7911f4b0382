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
  /** Keys that were pinned before a person accepted others, newest first; absent where there are none. They verify what was sent with them. */
  readonly earlier?: readonly EarlierPin[];
}

/** Keys that a peer had once. */
export interface EarlierPin {
  readonly pin: Bytes32;
  /** When a person accepted other keys in their place. */
  readonly replacedAtMs: number;
  /** Whether they had been verified, and how. */
  readonly verifiedAtMs: number | null;
  readonly method: VerificationMethod;
}

/** Earlier keys that are remembered of a peer; the oldest falls away. */
export const EARLIER_PINS_MAX = 16;

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

/** The pin after a person has compared the keys that it stands for. */
export function verifyPin(pin: Pin, method: 'compared' | 'scanned', nowMs: number): Pin {
  return { ...pin, method, verifiedAtMs: nowMs };
}

/** The pin after a person took the verification back. */
export function unverifyPin(pin: Pin): Pin {
  return { ...pin, method: 'none', verifiedAtMs: null };
}

/**
 * The pin after a person accepted other keys: not verified, with the old ones among the earlier.
 * @throws RangeError when the identity is another user's, older than the pin, or has the pinned keys
 */
export function acceptChangedKeys(pin: Pin, identity: VerifiedIdentity, nowMs: number): Pin {
  if (comparePin(pin, identity) !== 'changed') throw new RangeError('nothing changed that could be accepted');
  const { pin: before, verifiedAtMs, method } = pin;
  const earlier = [{ pin: before, replacedAtMs: nowMs, verifiedAtMs, method }, ...(pin.earlier ?? [])];
  return {
    ...pinIdentity(identity, nowMs),
    firstSeenAtMs: pin.firstSeenAtMs,
    earlier: earlier.slice(0, EARLIER_PINS_MAX),
  };
}

/** What the account keys of one bundle are to a pin: what holds now, what held once, or never accepted by anybody. */
export function standingOfKeys(pin: Pin, bundlePin: Bytes32): 'current' | 'earlier' | 'unknown' {
  if (sameBytes(pin.pin, bundlePin)) return 'current';
  return (pin.earlier ?? []).some((held) => sameBytes(held.pin, bundlePin)) ? 'earlier' : 'unknown';
}
