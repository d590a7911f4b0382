import { fromHex, toHex } from '@secureconnect/contracts/encoding';
import { asBytes32 } from '@secureconnect/contracts/signed/bytes';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import type { Pin } from '@secureconnect/crypto/identity/pin';

/** A pin as plain JSON, for the local store. */
export interface PinRecord {
  readonly peerUserId: string;
  readonly pin: string;
  readonly firstSeenAtMs: number;
  readonly verifiedAtMs: number | null;
  readonly method: Pin['method'];
  readonly highestBundleVer: number;
}

export function pinToRecord(pin: Pin): PinRecord {
  return { ...pin, peerUserId: idToHex(pin.peerUserId), pin: toHex(pin.pin) };
}

export function pinFromRecord(record: PinRecord): Pin {
  return { ...record, peerUserId: idFromHex(record.peerUserId), pin: asBytes32(fromHex(record.pin)) };
}

/** A change of a pin that this device has made and the vault may not hold yet. */
export interface PinChange {
  /** First contact; the peer's bundleVer went up; a person accepted new keys. */
  readonly because: 'first-use' | 'advanced' | 'accepted';
  readonly pin: PinRecord;
}

/**
 * What to write into a vault that holds `held` for the peer: null, if nothing. A first contact never overwrites the pin of
 * another device, whatever this device has seen: two different first contacts are a changed key, and a person decides.
 */
export function mergePin(held: PinRecord | undefined, { because, pin }: PinChange): PinRecord | null {
  if (held === undefined) return pin;
  if (held.pin !== pin.pin) return because === 'accepted' ? pin : null;
  if (held.highestBundleVer >= pin.highestBundleVer) return null;
  return { ...held, highestBundleVer: pin.highestBundleVer };
}
