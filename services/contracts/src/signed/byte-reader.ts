import { type Bytes, type FixedBytes, SignedFormatError } from './bytes.js';

/**
 * Reads a structure from front to back (PROTOCOL 1.1): big-endian integers, fixed runs, `op16`/`op32` runs. It works on its own
 * copy of the input, so that bytes that were checked cannot change afterwards; what it gives are views into that copy.
 */
export class ByteReader {
  /** The whole input, copied. */
  readonly bytes: Bytes;
  private position = 0;
  private readonly view: DataView;

  /** @throws SignedFormatError `too-large` when `input` is over `maxBytes`. */
  constructor(input: Uint8Array, maxBytes: number) {
    if (input.byteLength > maxBytes) throw new SignedFormatError('too-large');
    this.bytes = new Uint8Array(input);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.position;
  }

  /** Bytes not yet read. */
  get left(): number {
    return this.bytes.length - this.position;
  }

  private advance(count: number): number {
    if (count > this.left) throw new SignedFormatError('truncated');
    const from = this.position;
    this.position += count;
    return from;
  }

  u8(): number {
    return this.view.getUint8(this.advance(1));
  }

  u16(): number {
    return this.view.getUint16(this.advance(2));
  }

  u32(): number {
    return this.view.getUint32(this.advance(4));
  }

  /** @throws SignedFormatError `out-of-range` above 2^53 - 1: every u64 of the protocol counts or tells time. */
  u64(): number {
    const value = this.view.getBigUint64(this.advance(8));
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new SignedFormatError('out-of-range');
    return Number(value);
  }

  fixed<N extends number>(count: N): FixedBytes<N> {
    const from = this.advance(count);
    return this.bytes.subarray(from, from + count) as FixedBytes<N>;
  }

  /** A run of any length that is known from elsewhere. */
  run(count: number): Bytes {
    return this.fixed(count);
  }

  /** A run with a u16 length before it, which must lie in `min`..`max`. */
  op16(min: number, max = min): Bytes {
    return this.counted(this.u16(), min, max);
  }

  /** A run with a u32 length before it, which must lie in `min`..`max`. */
  op32(min: number, max = min): Bytes {
    return this.counted(this.u32(), min, max);
  }

  private counted(length: number, min: number, max: number): Bytes {
    if (length < min || length > max) throw new SignedFormatError('out-of-range');
    return this.run(length);
  }

  /** Four ASCII characters that name the structure. */
  magic(text: string): void {
    for (const character of text) if (this.u8() !== character.charCodeAt(0)) throw new SignedFormatError('wrong-magic');
  }

  /** A version byte; only `known` is. */
  version(known: number): void {
    if (this.u8() !== known) throw new SignedFormatError('unknown-version');
  }

  /** Must be called when the structure is over. @throws SignedFormatError `trailing-bytes` when something is left. */
  end(): void {
    if (this.left !== 0) throw new SignedFormatError('trailing-bytes');
  }
}
