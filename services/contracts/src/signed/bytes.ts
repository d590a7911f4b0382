/** Bytes that own a plain ArrayBuffer: what Web Crypto takes and what structured cloning carries. */
export type Bytes = Uint8Array<ArrayBuffer>;

declare const size: unique symbol;
/** Exactly `N` bytes. Made by the readers here, by `asBytes16` and `asBytes32`. */
export type FixedBytes<N extends number> = Bytes & { readonly [size]: N };
/** An id: user, device, conversation, message, vault item. */
export type Bytes16 = FixedBytes<16>;
/** A SHA-256 hash, an Ed25519 public key, a pin. */
export type Bytes32 = FixedBytes<32>;

/** Why a signed structure is refused. Nothing of its content is in the error. */
export type SignedFormatCode =
  /** Ends before the structure does. */
  | 'truncated'
  /** Goes on after the structure's end. */
  | 'trailing-bytes'
  /** Over the size cap of its kind. */
  | 'too-large'
  /** Not this structure, or not a version known here. */
  | 'wrong-magic'
  | 'unknown-version'
  /** A suite, kind, algorithm, slot, item or key derivation id that is not known here. */
  | 'unknown-id'
  /** A length, count or number that the structure does not allow. */
  | 'out-of-range'
  /** One of several ways to write the same thing, and not the one that counts. */
  | 'not-canonical'
  /** A public key that no honest client makes (THREATS 34). */
  | 'weak-key';

/** Thrown by every reader of this folder. */
export class SignedFormatError extends Error {
  override readonly name = 'SignedFormatError';
  constructor(readonly code: SignedFormatCode) {
    super(code);
  }
}

/** `bytes` as an id. The same object, not a copy. @throws SignedFormatError `out-of-range` unless it is 16 bytes. */
export function asBytes16(bytes: Bytes): Bytes16 {
  if (bytes.length !== 16) throw new SignedFormatError('out-of-range');
  return bytes as Bytes16;
}

/** `bytes` as a hash. The same object, not a copy. @throws SignedFormatError `out-of-range` unless it is 32 bytes. */
export function asBytes32(bytes: Bytes): Bytes32 {
  if (bytes.length !== 32) throw new SignedFormatError('out-of-range');
  return bytes as Bytes32;
}

/** Bytewise order: negative, 0 or positive. For public values only: its time tells where they differ. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const difference = left[index]! - right[index]!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Whether both hold the same bytes. For public values only. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return compareBytes(left, right) === 0;
}

/** Whether every byte is zero. For public values only. */
export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** `parts` one after the other, in new memory. */
export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
