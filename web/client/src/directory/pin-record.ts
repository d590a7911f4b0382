import { fromHex, toHex } from '@secureconnect/contracts/encoding';
import { asBytes32 } from '@secureconnect/contracts/signed/bytes';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { EARLIER_PINS_MAX, type EarlierPin, type Pin } from '@secureconnect/crypto/identity/pin';

/** Keys that a peer had once, as plain JSON. */
export interface EarlierPinRecord extends Omit<EarlierPin, 'pin'> {
  readonly pin: string;
}

/** A pin as plain JSON, for the local store. */
export interface PinRecord {
  readonly peerUserId: string;
  readonly pin: string;
  readonly firstSeenAtMs: number;
  readonly verifiedAtMs: number | null;
  readonly method: Pin['method'];
  readonly highestBundleVer: number;
  /** Newest first; absent where there are none. */
  readonly earlier?: readonly EarlierPinRecord[];
}

export function pinToRecord({ earlier, ...pin }: Pin): PinRecord {
  return {
    ...pin,
    peerUserId: idToHex(pin.peerUserId),
    pin: toHex(pin.pin),
    ...(earlier && { earlier: earlier.map((held) => ({ ...held, pin: toHex(held.pin) })) }),
  };
}

export function pinFromRecord({ earlier, ...record }: PinRecord): Pin {
  return {
    ...record,
    peerUserId: idFromHex(record.peerUserId),
    pin: asBytes32(fromHex(record.pin)),
    ...(earlier && { earlier: earlier.map((held) => ({ ...held, pin: asBytes32(fromHex(held.pin)) })) }),
  };
}

/** A change of a pin that this device has made and the vault may not hold yet. */
export interface PinChange {
  /** First contact; the peer's bundleVer went up; a person accepted new keys. */
  readonly because: 'first-use' | 'advanced' | 'accepted';
  readonly pin: PinRecord;
  /** A person compared the keys, or took that back: what `pin` says of it counts. */
  readonly verifies?: boolean;
}

/**
 * What to write into a vault that holds `held` for the peer: null, if nothing. A first contact never overwrites the pin of
 * another device, whatever this device has seen: two different first contacts are a changed key, and a person decides. Nor does a
 * decision about older keys overwrite one about newer ones.
 */
export function mergePin(held: PinRecord | undefined, { because, pin, verifies = false }: PinChange): PinRecord | null {
  if (held === undefined) return pin;
  if (held.pin !== pin.pin) {
    const decided = because === 'accepted' && held.highestBundleVer <= pin.highestBundleVer;
    return decided ? { ...pin, ...earlierOf(held, pin) } : null;
  }
  const merged: PinRecord = {
    ...held,
    highestBundleVer: Math.max(held.highestBundleVer, pin.highestBundleVer),
    ...(verifies && { verifiedAtMs: pin.verifiedAtMs, method: pin.method }),
  };
  const isSame =
    merged.highestBundleVer === held.highestBundleVer &&
    merged.verifiedAtMs === held.verifiedAtMs &&
    merged.method === held.method;
  return isSame ? null : merged;
}

/** Two changes by this device that the vault does not hold yet, as one: a verification or an acceptance outlives what comes after. */
export function joinChanges(before: PinChange | undefined, next: PinChange): PinChange {
  if (before === undefined) return next;
  const sameKeys = before.pin.pin === next.pin.pin;
  // Another tab met the peer first, and other keys: which are right is for a person to say.
  if (!sameKeys) return next.because === 'accepted' ? next : before;
  const because = next.because === 'accepted' ? next.because : before.because;
  const verifies = (before.verifies ?? false) || (next.verifies ?? false);
  return { because, pin: next.pin, ...(verifies && { verifies }) };
}

/** All keys that were accepted once, on either device, but for those that hold now. */
function earlierOf(held: PinRecord, pin: PinRecord): Pick<PinRecord, 'earlier'> {
  const known = new Map<string, EarlierPinRecord>();
  for (const earlier of [...(pin.earlier ?? []), ...(held.earlier ?? [])]) {
    if (earlier.pin !== pin.pin && !known.has(earlier.pin)) known.set(earlier.pin, earlier);
  }
  if (!known.has(held.pin)) {
    const { verifiedAtMs, method } = held;
    known.set(held.pin, { pin: held.pin, replacedAtMs: pin.firstSeenAtMs, verifiedAtMs, method });
  }
  const earlier = [...known.values()].sort((a, b) => b.replacedAtMs - a.replacedAtMs).slice(0, EARLIER_PINS_MAX);
  return { earlier };
}
