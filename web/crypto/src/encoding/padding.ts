import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import { isPaddedLength, PADDED_MAX_BYTES, paddedLength } from '@secureconnect/contracts/signed/padding';
import { CryptoError } from '../crypto-error.js';

/** Longest content in bytes that still fits an envelope with its padding. */
export const CONTENT_MAX_BYTES = PADDED_MAX_BYTES - 1;

/** PROTOCOL 5.8: content || 0x80 || 00.. up to an allowed size. @throws CryptoError `content-invalid` above the cap */
export function pad(content: Uint8Array): Bytes {
  if (content.length > CONTENT_MAX_BYTES) throw new CryptoError('content-invalid');
  const padded = new Uint8Array(paddedLength(content.length + 1));
  padded.set(content);
  padded[content.length] = 0x80;
  return padded;
}

/** The content of `padded`. @throws CryptoError `content-invalid` for any other padding than `pad` makes */
export function unpad(padded: Uint8Array): Uint8Array {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end--;
  if (end < 0 || padded[end] !== 0x80) throw new CryptoError('content-invalid');
  if (!isPaddedLength(padded.length) || paddedLength(end + 1) !== padded.length)
    throw new CryptoError('content-invalid');
  return padded.subarray(0, end);
}
