import { type Bytes16, type Bytes32, sameBytes } from '@secureconnect/contracts/signed/bytes';
import { CryptoError } from '../crypto-error.js';
import type { Primitives } from '../primitives/primitives.js';
import { verifyBundle, type VerifiedBundle } from './bundle.js';

/** Everything that a user has published, verified as one chain. */
export interface VerifiedIdentity {
  readonly userId: Bytes16;
  /** By bundleVer. */
  readonly bundles: ReadonlyMap<number, VerifiedBundle>;
  /** The last one: what is sealed for. */
  readonly current: VerifiedBundle;
  /** Of the current bundle (PROTOCOL 7.1). */
  readonly pin: Bytes32;
  /** The last time that the person started fresh; null if never. Keys and devices of bundles before it are nobody's any more. */
  readonly lastReset: { readonly bundleVer: number; readonly atMs: number } | null;
}

/**
 * When the account keys of a bundle were superseded by a reset; null where they still hold. What devices under them signed later is
 * refused like that of a revoked device (PROTOCOL 4.9). A reset says nothing before a person has accepted it: `identity` is the accepted one.
 */
export function supersededAtMs(identity: VerifiedIdentity, bundleVer: number): number | null {
  for (const { bundle } of identity.bundles.values()) {
    if (bundle.keyChange === 'reset' && bundle.bundleVer > bundleVer) return bundle.notBeforeMs;
  }
  return null;
}

export interface DirectoryAnswer {
  readonly userId: Bytes16;
  /** In its wire form (`normalizeUsername`): the name that was asked for, never one that the server put in the answer. */
  readonly username: string;
  /** From bundleVer 1 on, none left out. */
  readonly bundles: readonly Uint8Array[];
  readonly nowMs: number;
  /**
   * Accepts a last bundle whose time is over: for the own account, which makes a new one (`renewVault`), and for history. Nothing is sealed for
   * such an identity.
   */
  readonly expiredToo?: boolean;
}

/** How far a bundle's time may lie in the future: the clocks of two people differ. */
export const CLOCK_TOLERANCE_MS = 300_000;

/**
 * Believes what a directory says about a user: every bundle verifies and follows the one before, all name the same user, and the last
 * one is in its time. Whether it is the *right* person's is for the pin to say (`comparePin`).
 * @throws CryptoError `identity-refused`, `bundle-expired`
 */
export async function verifyIdentity(p: Primitives, answer: DirectoryAnswer): Promise<VerifiedIdentity> {
  const bundles = new Map<number, VerifiedBundle>();
  let current: VerifiedBundle | null = null;
  for (const bytes of answer.bundles) {
    const { userId, username } = answer;
    current = await verifyBundle(p, bytes, { userId, username, previous: current });
    bundles.set(current.bundle.bundleVer, current);
  }
  if (current === null) throw new CryptoError('identity-refused');
  const { notBeforeMs, notAfterMs } = current.bundle;
  const isOver = answer.nowMs > notAfterMs && answer.expiredToo !== true;
  if (answer.nowMs + CLOCK_TOLERANCE_MS < notBeforeMs || isOver) {
    throw new CryptoError('bundle-expired');
  }
  const reset = [...bundles.values()].findLast(({ bundle }) => bundle.keyChange === 'reset')?.bundle;
  const lastReset = reset === undefined ? null : { bundleVer: reset.bundleVer, atMs: reset.notBeforeMs };
  return { userId: current.bundle.userId, bundles, current, pin: current.pin, lastReset };
}

/** Whether two identities are the same account keys. */
export function samePin(left: VerifiedIdentity, right: VerifiedIdentity): boolean {
  return sameBytes(left.pin, right.pin);
}
