/** Plaintext sizes in bytes of envelopes (PROTOCOL 5.8): 2^k or 3 x 2^k, so that a size says little about a text [T-66]. */
export const PADDED_MIN_BYTES = 256;
/** Cap of the padded content, so that an envelope stays under its own. */
export const PADDED_MAX_BYTES = 196_608;

/** The smallest allowed size that holds `length` bytes; may be above the cap. */
export function paddedLength(length: number): number {
  let size = PADDED_MIN_BYTES;
  while (size < length) size = (size & (size - 1)) === 0 ? size * 1.5 : (size / 3) * 4;
  return size;
}

/** Whether an honest client pads to exactly this size. */
export function isPaddedLength(length: number): boolean {
  return length <= PADDED_MAX_BYTES && paddedLength(length) === length;
}
