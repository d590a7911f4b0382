/**
 * Text forms of bytes on the wire: lowercase hex for 16-byte ids, base64url without padding (RFC 4648 §5) for everything else.
 * Strict: every value has exactly one accepted text form, so that a text can be compared instead of the bytes.
 */

const HEX = '0123456789abcdef';
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BASE64URL_CODES = Uint8Array.from(BASE64URL, (character) => character.charCodeAt(0));
const NO_VALUE = 255;
/** Value of each character, by its code: a vault has two million of them. */
const BASE64URL_VALUES = new Uint8Array(128).fill(NO_VALUE);
BASE64URL_CODES.forEach((code, value) => (BASE64URL_VALUES[code] = value));

/** Thrown by the decoders here for a text that is not the canonical form of any bytes. */
export class EncodingError extends Error {
  override readonly name = 'EncodingError';
}

/** `bytes` as lowercase hex, two characters a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX.charAt(byte >> 4) + HEX.charAt(byte & 15);
  return text;
}

/** The bytes of a lowercase hex text. @throws EncodingError for an odd length or any other character. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) throw new EncodingError('not lowercase hex');
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = HEX.indexOf(text.charAt(2 * index)) * 16 + HEX.indexOf(text.charAt(2 * index + 1));
  }
  return bytes;
}

/** `bytes` as base64url without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let written = 0;
  for (let index = 0; index < bytes.length; index += 3) {
    const group = (bytes[index]! << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    // Writes past the end, for bytes that are not there, fall away.
    codes[written++] = BASE64URL_CODES[group >> 18]!;
    codes[written++] = BASE64URL_CODES[(group >> 12) & 63]!;
    codes[written++] = BASE64URL_CODES[(group >> 6) & 63]!;
    codes[written++] = BASE64URL_CODES[group & 63]!;
  }
  return new TextDecoder().decode(codes);
}

/** The bytes of a base64url text. @throws EncodingError for padding, other characters, or set bits after the last byte. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 === 1) throw new EncodingError('not base64url');
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let written = 0;
  for (let index = 0; index < text.length; index++) {
    const value = BASE64URL_VALUES[text.charCodeAt(index)] ?? NO_VALUE;
    if (value === NO_VALUE) throw new EncodingError('not base64url');
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[written++] = (bits >> held) & 0xff;
    }
  }
  if ((bits & ((1 << held) - 1)) !== 0) throw new EncodingError('not canonical base64url');
  return bytes;
}
