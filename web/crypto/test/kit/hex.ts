import type { Bytes } from '@secureconnect/contracts/signed/bytes';

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function unhex(text: string): Bytes {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** A copy of `bytes` in which the byte at `index` has another value. */
export function flipped(bytes: Uint8Array, index: number, mask = 1): Bytes {
  const copy = new Uint8Array(bytes);
  copy[index]! ^= mask;
  return copy;
}
