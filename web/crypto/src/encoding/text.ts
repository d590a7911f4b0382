import type { Bytes } from '@secureconnect/contracts/signed/bytes';

const encoder = new TextEncoder();
/** `fatal`: a byte that is not UTF-8 throws instead of becoming U+FFFD; `ignoreBOM`: no byte is swallowed. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function toUtf8(text: string): Bytes {
  return encoder.encode(text);
}

/** @throws TypeError for anything that is not well-formed UTF-8 (overlong forms and surrogates included). */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Whether `text` has no lone surrogate: only such a text comes back the same from UTF-8. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
