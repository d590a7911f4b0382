import { isPaddedLength, paddedLength } from '@secureconnect/contracts/signed/padding';
import { CONTENT_MAX_BYTES, pad, unpad } from '@secureconnect/crypto/encoding/padding';
import { writeInner } from '@secureconnect/crypto/envelope/inner-json';
import fc from 'fast-check';
import { refusalOf } from './kit/refusals.js';

describe('padding', () => {
  it('[T-66] gives at most eight sizes for texts of 1 to 2,000 characters', async () => {
    const sizes = new Set<number>();
    for (let length = 1; length <= 2_000; length++) {
      sizes.add(pad(await writeInner({ t: 'text', body: 'x'.repeat(length) }, [])).length);
    }
    expect([...sizes]).toEqual([256, 384, 512, 768, 1_024, 1_536, 2_048]);
  });

  it('gives back exactly what was padded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), (content) => {
        const padded = pad(content);
        expect(isPaddedLength(padded.length)).toBe(true);
        expect(unpad(padded)).toEqual(new Uint8Array(content));
      }),
    );
  });

  it('costs at most half of what it hides, above the smallest size', () => {
    for (let length = 257; length <= 196_608; length += 61) {
      const size = paddedLength(length);
      expect(size).toBeGreaterThanOrEqual(length);
      expect(size).toBeLessThanOrEqual(length * 1.5);
      expect(isPaddedLength(size)).toBe(true);
    }
  });

  it('keeps content whose last bytes look like padding', () => {
    const content = Uint8Array.of(1, 0x80, 0, 0);
    expect(unpad(pad(content))).toEqual(content);
  });

  it('takes content up to its cap and refuses one byte more', async () => {
    expect(pad(new Uint8Array(CONTENT_MAX_BYTES))).toHaveLength(196_608);
    expect(await refusalOf(() => pad(new Uint8Array(CONTENT_MAX_BYTES + 1)))).toBe('content-invalid');
  });

  it('refuses a size that no honest client makes, a missing mark, and more zeros than needed', async () => {
    const shortInLong = new Uint8Array(384);
    shortInLong[10] = 0x80;
    const unmarked = new Uint8Array(256).fill(1);
    for (const bytes of [
      new Uint8Array(256),
      new Uint8Array(0),
      unmarked,
      shortInLong,
      pad(new Uint8Array(9)).slice(1),
    ]) {
      expect(await refusalOf(() => unpad(bytes))).toBe('content-invalid');
    }
  });
});
