/** Deep enough for every event of the contracts. */
const MAX_DEPTH = 5;

/**
 * What a socket gave, with bytes as plain Uint8Array: browsers hand out ArrayBuffers, Node its Buffers, some of them views of a
 * common pool. Own, enumerable properties only; `__proto__` stays an ordinary key, for the schema to refuse (THREATS 59).
 */
export function plainBytes(value: unknown, depth = 0): unknown {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value))
    return Uint8Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  if (depth === MAX_DEPTH || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => plainBytes(entry, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    Object.defineProperty(copy, key, {
      value: plainBytes(entry, depth + 1),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return copy;
}
