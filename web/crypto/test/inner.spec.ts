import type { Bytes16 } from '@secureconnect/contracts/signed/bytes';
import { type Inner, readInner, TEXT_MAX_LENGTH, writeInner } from '@secureconnect/crypto/envelope/inner';
import fc from 'fast-check';
import { refusalOf } from './kit/refusals.js';

const utf8 = (text: string) => new TextEncoder().encode(text);
const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Uint8Array(bytes) as Bytes16);
const position = fc.record({ deviceId: id, seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) });
const positions = fc.uniqueArray(position, { maxLength: 5, selector: ({ deviceId }) => String(deviceId) });
const wellFormed = (maxLength: number) => fc.string({ unit: 'binary', minLength: 1, maxLength });
const inner: fc.Arbitrary<Inner> = fc.oneof(
  fc.record({ t: fc.constant('text' as const), body: wellFormed(300) }),
  fc.record({ t: fc.constant('receipt' as const), deliveredUpTo: positions, readUpTo: positions }),
  fc.record({ t: fc.constant('signal' as const), callId: id, data: wellFormed(300) }),
);
const device = '00112233445566778899aabbccddeeff';

describe('content', () => {
  it('comes back as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(inner, positions, async (written, acks) => {
        expect(await readInner(await writeInner(written, acks))).toEqual({ inner: written, acks });
      }),
    );
  });

  it('of an unknown type is unsupported, whatever is in it', async () => {
    const read = await readInner(utf8('{"t":"poll","question":{"a":[1,2]},"acks":[]}'));
    expect(read.inner).toEqual({ t: 'unsupported', type: 'poll' });
  });

  it('holds a text of 16,000 characters of any kind', async () => {
    for (const body of ['\u0001'.repeat(TEXT_MAX_LENGTH), '\uffff'.repeat(TEXT_MAX_LENGTH), '👋'.repeat(8_000)]) {
      expect((await readInner(await writeInner({ t: 'text', body }, []))).inner).toEqual({ t: 'text', body });
    }
  });

  const refused: readonly [string, string][] = [
    ['no type', '{"body":"hello"}'],
    ['a type that is no string', '{"t":1}'],
    ['a type without end', `{"t":"${'x'.repeat(33)}"}`],
    ['an array', '[{"t":"text","body":"hello"}]'],
    ['a text', '"hello"'],
    ['null', 'null'],
    ['a text without a body', '{"t":"text"}'],
    ['an empty body', '{"t":"text","body":""}'],
    ['a body that is a number', '{"t":"text","body":7}'],
    ['a body over 16,000 characters', `{"t":"text","body":"${'x'.repeat(TEXT_MAX_LENGTH + 1)}"}`],
    ['a body with half a character', '{"t":"text","body":"\\ud83d"}'],
    ['a member that is not known', '{"t":"text","body":"hello","html":"<b>"}'],
    ['__proto__ [T-59]', '{"t":"text","body":"hello","__proto__":{}}'],
    ['two bodies [T-59]', '{"t":"text","body":"hello","body":"hullo"}'],
    ['acks of another shape', '{"t":"text","body":"hello","acks":{}}'],
    ['an ack of place zero', `{"t":"text","body":"hello","acks":[{"device":"${device}","seq":0}]}`],
    ['an ack at half a place', `{"t":"text","body":"hello","acks":[{"device":"${device}","seq":1.5}]}`],
    [
      'an ack of a device in capitals',
      `{"t":"text","body":"hello","acks":[{"device":"${device.toUpperCase()}","seq":1}]}`,
    ],
    [
      'a device twice',
      `{"t":"receipt","deliveredUpTo":[{"device":"${device}","seq":1},{"device":"${device}","seq":2}]}`,
    ],
    ['an ack that says more', `{"t":"text","body":"hello","acks":[{"device":"${device}","seq":1,"x":1}]}`],
    ['a receipt with 513 places', `{"t":"receipt","deliveredUpTo":[${'1,'.repeat(512)}1]}`],
    ['a signal without a call', '{"t":"signal","data":""}'],
    ['a signal over 64 kilobytes', `{"t":"signal","callId":"${device}","data":"${'x'.repeat(65_537)}"}`],
  ];
  for (const [what, text] of refused) {
    it(`refuses ${what}`, async () => {
      expect(await refusalOf(() => readInner(utf8(text)))).toBe('content-invalid');
    });
  }

  it('[T-59] refuses bytes that are not UTF-8: overlong, surrogates, cut off', async () => {
    for (const bad of [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xff], [0xe2, 0x82]]) {
      const bytes = Uint8Array.from([...utf8('{"t":"text","body":"'), ...bad, ...utf8('"}')]);
      expect(await refusalOf(() => readInner(bytes))).toBe('content-invalid');
    }
  });

  it('[T-59] refuses more than fits an envelope before it is read', async () => {
    expect(await refusalOf(() => readInner(new Uint8Array(50_000_000)))).toBe('content-invalid');
  });

  it('that nobody would read is not written', async () => {
    for (const body of ['', 'x'.repeat(TEXT_MAX_LENGTH + 1), '\ud83d']) {
      expect(await refusalOf(() => writeInner({ t: 'text', body }, []))).toBe('content-invalid');
    }
  });
});
