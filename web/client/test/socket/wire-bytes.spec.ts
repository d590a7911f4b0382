import { MessageArrived } from '@secureconnect/contracts/messaging';
import { plainBytes } from '../../src/socket/wire-bytes.js';
import { backoffMs } from '../../src/socket/backoff.js';

describe('bytes from a socket', () => {
  it('are plain copies, from ArrayBuffer, Buffer and views', () => {
    const pool = Uint8Array.of(9, 1, 2, 3, 9);
    const given = { a: pool.slice(1, 4).buffer, b: Buffer.from([1, 2, 3]), c: [new Uint8Array(pool.buffer, 1, 3)] };
    const plain = plainBytes(given) as { a: Uint8Array; b: Uint8Array; c: Uint8Array[] };
    for (const bytes of [plain.a, plain.b, plain.c[0]!]) {
      expect(bytes.constructor.name).toBe('Uint8Array');
      expect([...bytes]).toEqual([1, 2, 3]);
      expect(bytes.buffer.byteLength).toBe(3);
    }
  });

  it('[T-59] keeps __proto__ an ordinary key, which the schema refuses', () => {
    const body = { seq: 1, acceptedAtMs: 1, envelope: new Uint8Array(500) };
    const planted = JSON.parse('{"__proto__":{"admin":true}}') as object;
    const sneaky = plainBytes({ ...body, ...planted });
    expect(Object.getPrototypeOf(sneaky)).toBe(Object.prototype);
    expect(MessageArrived.safeParse(plainBytes(body)).success).toBe(true);
    expect(MessageArrived.safeParse(sneaky).success).toBe(false);
  });

  it('[T-59] does not follow endless nesting', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(() => plainBytes(deep)).not.toThrow();
  });
});

describe('backoff', () => {
  it('grows, has jitter and a ceiling', () => {
    expect(backoffMs(0, 0)).toBe(75);
    expect(backoffMs(0, 0.999)).toBeLessThanOrEqual(300);
    expect(backoffMs(3, 0.5)).toBeGreaterThan(backoffMs(1, 0.5));
    expect(backoffMs(500, 0.9999)).toBeLessThanOrEqual(15_000);
  });
});
