import { toBase64Url } from '@secureconnect/contracts/encoding';
import {
  base64Url,
  ConversationId,
  DeviceId,
  MessageId,
  Role,
  Seq,
  SessionId,
  socketBytes,
  TimeMs,
  UserId,
  Username,
  VaultItemId,
} from '@secureconnect/contracts/ids';
import { assert, integer, property, string, uint8Array } from 'fast-check';
import type * as z from 'zod';

const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

/** Values that no schema of one text takes. */
const NO_TEXT: [string, unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['a number', 0],
  ['true', true],
  ['a list with the right text', ['0123456789abcdef0123456789abcdef']],
  ['an object that turns into text', { toString: () => '0123456789abcdef0123456789abcdef' }],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['an empty text', ''],
  ['2 MB', 'a'.repeat(2_000_000)],
];

describe.each([
  ['UserId', UserId],
  ['DeviceId', DeviceId],
  ['SessionId', SessionId],
  ['ConversationId', ConversationId],
  ['MessageId', MessageId],
  ['VaultItemId', VaultItemId],
])('%s', (_, schema) => {
  it('takes 16 bytes in lowercase hex', () => {
    expect(schema.parse('0123456789abcdef0123456789abcdef')).toBe('0123456789abcdef0123456789abcdef');
  });

  it.each<[string, unknown]>([
    ...NO_TEXT,
    ['uppercase', '0123456789ABCDEF0123456789ABCDEF'],
    ['one uppercase letter', '0123456789abcdef0123456789abcdeF'],
    ['15 bytes', '0123456789abcdef0123456789abcd'],
    ['17 bytes', '0123456789abcdef0123456789abcdef01'],
    ['a dashed UUID', '01234567-89ab-cdef-0123-456789abcdef'],
    ['a letter beyond f', '0123456789abcdef0123456789abcdeg'],
    ['a line break at the end', '0123456789abcdef0123456789abcdef\n'],
    ['a space before', ' 123456789abcdef0123456789abcdef'],
    ['full-width digits', '０'.repeat(32)],
    ['a quote, for SQL', `0123456789abcdef0123456789abcde'`],
  ])('refuses %s', (_case, value) => {
    expect(takes(schema, value)).toBe(false);
  });
});

describe('Username', () => {
  it.each(['bob', 'alice', 'a.b-c_9', `a${'b'.repeat(31)}`])('takes %p', (name) => {
    expect(takes(Username, name)).toBe(true);
  });

  it.each<[string, unknown]>([
    ...NO_TEXT.filter(([name]) => name !== 'constructor'),
    ['two letters', 'al'],
    ['33 letters', 'a'.repeat(33)],
    ['a digit first', '1alice'],
    ['a dot first', '.alice'],
    ['an uppercase letter', 'Alice'],
    ['a space inside', 'ali ce'],
    ['a line break at the end', 'alice\n'],
    ['a Cyrillic a', 'аlice'],
    ['a dotless i', 'alıce'],
    ['an e-mail address', 'alice@example'],
    ['a path', 'alice/../bob'],
    ['a NUL', 'alice\0'],
    ['a zero-width space', 'ali\u200bce'],
  ])('refuses %s', (_, value) => {
    expect(takes(Username, value)).toBe(false);
  });
});

describe('base64Url', () => {
  const key = base64Url(32);

  it('takes the canonical text of any bytes within the bounds, and of no others', () => {
    assert(
      property(uint8Array({ maxLength: 60 }), integer({ min: 0, max: 30 }), (value, min) => {
        const max = min + 20;
        expect(takes(base64Url(min, max), toBase64Url(value))).toBe(value.length >= min && value.length <= max);
      }),
    );
  });

  it('takes only what decodes back to itself', () => {
    assert(
      property(string({ maxLength: 20, unit: 'binary-ascii' }), (value) => {
        expect(takes(base64Url(0, 20), value)).toBe(Buffer.from(value, 'base64url').toString('base64url') === value);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each<[string, unknown]>([
    ...NO_TEXT,
    ['a length that no bytes have', 'A'.repeat(45)],
    ['31 bytes', 'A'.repeat(42)],
    ['33 bytes', 'A'.repeat(44)],
    ['bits set after the last byte', `${'A'.repeat(42)}B`],
    ['padding', `${'A'.repeat(43)}=`],
    ['the other alphabet', `${'A'.repeat(40)}+/A`],
    ['a line break at the end', `${'A'.repeat(43)}\n`],
  ])('refuses %s for 32 bytes', (_, value) => {
    expect(takes(key, value)).toBe(false);
  });

  it('refuses a million characters of almost base64url in no time', () => {
    const began = performance.now();
    expect(takes(base64Url(0, 1_500_000), `${'A'.repeat(1_000_000)}=`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(500);
  });
});

describe('socketBytes', () => {
  const frame = socketBytes(4, 8);

  it.each([4, 5, 8])('takes %i bytes', (size) => {
    expect(takes(frame, new Uint8Array(size))).toBe(true);
    expect(takes(frame, Buffer.alloc(size))).toBe(true);
  });

  it.each<[string, unknown]>([
    ['3 bytes', new Uint8Array(3)],
    ['9 bytes', new Uint8Array(9)],
    ['2 MB', new Uint8Array(2_000_000)],
    ['text', 'AAAAAA'],
    ['a list of numbers', [1, 2, 3, 4]],
    ['Buffer’s JSON', { type: 'Buffer', data: [1, 2, 3, 4] }],
    ['an object that says byteLength', { byteLength: 5, length: 5 }],
    ['numbers of 16 bits', new Uint16Array(4)],
    ['nothing', undefined],
    ['null', null],
  ])('refuses %s', (_, value) => {
    expect(takes(frame, value)).toBe(false);
  });
});

describe('numbers and roles', () => {
  it.each<[string, z.ZodType, unknown[], unknown[]]>([
    ['TimeMs', TimeMs, [0, 1_794_000_000_000], [-1, 0.5, NaN, Infinity, 9e15, '0', null, 1n]],
    ['Seq', Seq, [0, 1, Number.MAX_SAFE_INTEGER], [-1, 1.5, NaN, Number.MAX_SAFE_INTEGER + 1, '1', null]],
    ['Role', Role, ['user', 'admin'], ['root', 'Admin', '', null, 'admin ', '__proto__', ['admin']]],
  ])('%s takes its own and nothing near it', (_, schema, taken, refused) => {
    for (const value of taken) expect(takes(schema, value)).toBe(true);
    for (const value of refused) expect(takes(schema, value)).toBe(false);
  });
});
