import { EncodingError, fromBase64Url, fromHex, toBase64Url, toHex } from '@secureconnect/contracts/encoding';
import { assert, property, string, uint8Array } from 'fast-check';

const bytes = (...values: number[]) => Uint8Array.from(values);
const text = (value: string) => new TextEncoder().encode(value);

describe('base64url', () => {
  // RFC 4648 section 10, without the padding
  it.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
  ])('writes and reads RFC 4648’s vector %p', (plain, encoded) => {
    expect(toBase64Url(text(plain))).toBe(encoded);
    expect(fromBase64Url(encoded)).toEqual(text(plain));
  });

  it('uses the alphabet of section 5', () => {
    expect(toBase64Url(bytes(0xfb, 0xff, 0xbf))).toBe('-_-_');
    expect(fromBase64Url('-_-_')).toEqual(bytes(0xfb, 0xff, 0xbf));
  });

  it('agrees with Node on any bytes, both ways', () => {
    assert(
      property(uint8Array({ maxLength: 300 }), (value) => {
        const encoded = toBase64Url(value);
        expect(encoded).toBe(Buffer.from(value).toString('base64url'));
        expect(fromBase64Url(encoded)).toEqual(Uint8Array.from(value));
      }),
    );
  });

  it.each([
    ['padding', 'Zg=='],
    ['padding of one', 'Zm8='],
    ['the other alphabet’s plus', 'ab+d'],
    ['the other alphabet’s slash', 'ab/d'],
    ['a line break', 'Zm9v\n'],
    ['a space before', ' Zm9v'],
    ['a length that no bytes have', 'Zm9vY'],
    ['a single character', 'A'],
    ['bits set after one byte', 'Zh'],
    ['bits set after two bytes', 'Zm9'],
    ['a letter beyond ASCII', 'Zm9é'],
    ['a character of two code units', 'Zm9😀'],
    ['a NUL', 'Zm9\0'],
    ['a name of JavaScript', '__proto__='],
  ])('refuses %s', (_, encoded) => {
    expect(() => fromBase64Url(encoded)).toThrow(EncodingError);
  });

  it('has one text for any bytes: what it reads, it writes back', () => {
    assert(
      property(string({ maxLength: 12, unit: 'binary-ascii' }), (encoded) => {
        let decoded: Uint8Array;
        try {
          decoded = fromBase64Url(encoded);
        } catch (error) {
          expect(error).toBeInstanceOf(EncodingError);
          return;
        }
        expect(toBase64Url(decoded)).toBe(encoded);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('hex', () => {
  it('agrees with Node on any bytes, both ways', () => {
    assert(
      property(uint8Array({ maxLength: 300 }), (value) => {
        expect(toHex(value)).toBe(Buffer.from(value).toString('hex'));
        expect(fromHex(toHex(value))).toEqual(Uint8Array.from(value));
      }),
    );
  });

  it.each([
    ['uppercase', 'AB'],
    ['mixed case', 'aB'],
    ['half a byte', 'abc'],
    ['a letter beyond f', 'ag'],
    ['a prefix', '0xab'],
    ['a space', 'a b '],
    ['a line break at the end', 'ab\n'],
    ['full-width digits', '１２'],
    ['a NUL', 'a\0'],
  ])('refuses %s', (_, encoded) => {
    expect(() => fromHex(encoded)).toThrow(EncodingError);
  });

  it.each([fromHex, fromBase64Url])('never shows in the error what it refused', (decode) => {
    const refused = 'SECRET!!';
    let message = refused;
    try {
      decode(refused);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).not.toContain('SECRET');
  });
});
