import type { Bytes } from '@secureconnect/contracts/signed/bytes';

/** Writes a structure from front to back (PROTOCOL 1.1); the inverse of contracts' ByteReader. */
export class ByteWriter {
  private buffer = new Uint8Array(512);
  private length = 0;

  private reserve(count: number): DataView {
    if (this.length + count > this.buffer.length) {
      const grown = new Uint8Array(Math.max(2 * this.buffer.length, this.length + count));
      grown.set(this.buffer);
      this.buffer = grown;
    }
    const view = new DataView(this.buffer.buffer, this.length);
    this.length += count;
    return view;
  }

  u8(value: number): this {
    this.reserve(1).setUint8(0, inRange(value, 0xff));
    return this;
  }

  u16(value: number): this {
    this.reserve(2).setUint16(0, inRange(value, 0xffff));
    return this;
  }

  u32(value: number): this {
    this.reserve(4).setUint32(0, inRange(value, 0xffff_ffff));
    return this;
  }

  /** `value` is a count or a time: at most 2^53 - 1. */
  u64(value: number): this {
    this.reserve(8).setBigUint64(0, BigInt(inRange(value, Number.MAX_SAFE_INTEGER)));
    return this;
  }

  /** `bytes` as they are; their length is known to the reader. */
  raw(bytes: Uint8Array): this {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length - bytes.length);
    return this;
  }

  op16(bytes: Uint8Array): this {
    return this.u16(bytes.length).raw(bytes);
  }

  op32(bytes: Uint8Array): this {
    return this.u32(bytes.length).raw(bytes);
  }

  /** ASCII characters that name the structure. */
  magic(text: string): this {
    for (const character of text) this.u8(character.charCodeAt(0));
    return this;
  }

  /** What was written, in memory of its own. */
  finish(): Bytes {
    return this.buffer.slice(0, this.length);
  }
}

function inRange(value: number, max: number): number {
  if (!Number.isInteger(value) || value < 0 || value > max) throw new RangeError('number does not fit its field');
  return value;
}
