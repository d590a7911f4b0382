import type { UserId } from '@secureconnect/contracts/ids';
import type { Outcome, Peer } from '../views.js';

/** What two people compare, from the keys on this device alone (PROTOCOL 7, T-37). */
export interface SafetyCode {
  /** 60 digits, in the order that both people see. */
  readonly digits: string;
  /** Content of the QR code. */
  readonly qr: Uint8Array;
}

export type SafetyMatch = 'match' | 'mismatch' | 'not-a-code' | 'other-people';

/** A change of trust in a person, oldest first. */
export interface TrustEntry {
  readonly atMs: number;
  readonly what: 'first-use' | 'verified' | 'keys-changed' | 'change-accepted' | 'unverified';
  readonly method: 'number' | 'code' | null;
}

export interface TrustActs {
  /** Refused `peer-identity-refused` where no keys of the user are believed. */
  safetyCode(userId: UserId): Promise<Outcome<SafetyCode>>;
  /** Compares a scanned code; a match marks the person as verified. */
  compareSafetyCode(userId: UserId, scanned: Uint8Array): Promise<Outcome<SafetyMatch>>;
  /** The person says that the numbers are the same. Kept in the vault. */
  markVerified(userId: UserId): Promise<Outcome<Peer>>;
  unmarkVerified(userId: UserId): Promise<Outcome<Peer>>;
  trustHistory(userId: UserId): Promise<readonly TrustEntry[]>;
}
