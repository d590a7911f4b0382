import { ByteReader } from '@secureconnect/contracts/signed/byte-reader';
import {
  asBytes16,
  asBytes32,
  compareBytes,
  concatBytes,
  isZero,
  sameBytes,
} from '@secureconnect/contracts/signed/bytes';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { label } from '@secureconnect/contracts/signed/labels';
import { refusal } from './refusal.js';

describe('the byte reader', () => {
  it('reads big-endian, front to back', () => {
    const reader = new ByteReader(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 1, 0, 9, 8), 17);
    expect([reader.u8(), reader.u16(), reader.u32(), reader.u64()]).toEqual([1, 0x0203, 0x04050607, 256]);
    expect(reader.fixed(2)).toEqual(Uint8Array.of(9, 8));
    expect(reader.left).toBe(0);
    expect(() => reader.end()).not.toThrow();
  });

  it('works on a copy: what was checked cannot change', () => {
    const input = Buffer.from([1, 2, 3]);
    const reader = new ByteReader(input, 3);
    const run = reader.run(3);
    input.fill(9);
    expect(run).toEqual(Uint8Array.of(1, 2, 3));
    expect(Buffer.isBuffer(run)).toBe(false);
  });

  it('refuses to read past the end, whatever is asked for', () => {
    const reads: ((reader: ByteReader) => unknown)[] = [
      (reader) => reader.u8(),
      (reader) => reader.u16(),
      (reader) => reader.u32(),
      (reader) => reader.u64(),
      (reader) => reader.fixed(1),
      (reader) => reader.op16(0, 9),
      (reader) => reader.op32(0, 9),
      (reader) => reader.magic('SCE1'),
    ];
    for (const read of reads) expect(refusal(() => read(new ByteReader(new Uint8Array(0), 9)))).toBe('truncated');
    expect(refusal(() => new ByteReader(Uint8Array.of(0, 5, 1), 9).op16(0, 9))).toBe('truncated');
  });

  it('refuses a length out of its bounds before it looks at the bytes', () => {
    expect(refusal(() => new ByteReader(Uint8Array.of(0, 0), 9).op16(1, 9))).toBe('out-of-range');
    expect(refusal(() => new ByteReader(Uint8Array.of(0xff, 0xff, 0xff, 0xff), 9).op32(0, 9))).toBe('out-of-range');
  });

  it('refuses a number that a double would round', () => {
    expect(new ByteReader(Uint8Array.of(0, 0x1f, 255, 255, 255, 255, 255, 255), 8).u64()).toBe(Number.MAX_SAFE_INTEGER);
    expect(refusal(() => new ByteReader(Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0), 8).u64())).toBe('out-of-range');
  });

  it('refuses what is left over, another magic, another version, too much', () => {
    expect(refusal(() => new ByteReader(Uint8Array.of(1), 9).end())).toBe('trailing-bytes');
    expect(refusal(() => new ByteReader(Uint8Array.of(83, 67, 69, 50), 9).magic('SCE1'))).toBe('wrong-magic');
    expect(refusal(() => new ByteReader(Uint8Array.of(2), 9).version(1))).toBe('unknown-version');
    expect(refusal(() => new ByteReader(new Uint8Array(10), 9))).toBe('too-large');
  });
});

describe('bytes', () => {
  it('are ids and hashes only in the right size', () => {
    expect(asBytes16(new Uint8Array(16))).toHaveLength(16);
    expect(refusal(() => asBytes16(new Uint8Array(15)))).toBe('out-of-range');
    expect(refusal(() => asBytes32(new Uint8Array(33)))).toBe('out-of-range');
  });

  it('are ordered as numbers are, the shorter first', () => {
    expect(compareBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBeLessThan(0);
    expect(compareBytes(Uint8Array.of(0x80), Uint8Array.of(0x7f))).toBeGreaterThan(0);
    expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0);
    expect(sameBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(false);
    expect(concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2))).toEqual(Uint8Array.of(1, 2));
    expect([isZero(new Uint8Array(3)), isZero(Uint8Array.of(0, 1))]).toEqual([true, false]);
  });

  it('of an id have one text', () => {
    const text = '00112233445566778899aabbccddeeff';
    expect(idToHex(idFromHex(text))).toBe(text);
    for (const other of [text.toUpperCase(), text.slice(2), `${text}00`, `${text.slice(1)}g`]) {
      expect(() => idFromHex(other)).toThrow();
    }
  });

  it('of a label begin with the name of the protocol and end with a zero', () => {
    expect(Buffer.from(label('envelope')).toString('latin1')).toBe('SecureConnect/1 envelope\0');
  });
});
