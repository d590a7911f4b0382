/** Bits of entropy in each byte, by how often each of the 256 values occurs: 8 for bytes without structure. */
export function entropyPerByte(values: Iterable<Uint8Array>): { readonly bits: number; readonly bytes: number } {
  const counts = new Float64Array(256);
  let bytes = 0;
  for (const value of values) {
    for (const byte of value) counts[byte]!++;
    bytes += value.length;
  }
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / bytes) * Math.log2(count / bytes);
  return { bits, bytes };
}
