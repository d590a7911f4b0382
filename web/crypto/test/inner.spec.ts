import type { Bytes16 } from '@secureconnect/contracts/signed/bytes';
import type { EnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import {
  compareReference,
  type Inner,
  kindOf,
  mayChange,
  PAST_CALL_MAX_SECONDS,
  type Reference,
  referenceTo,
  TEXT_MAX_LENGTH,
} from '@secureconnect/crypto/envelope/inner';
import { readInner, writeInner } from '@secureconnect/crypto/envelope/inner-json';
import fc from 'fast-check';
import { refusalOf } from './kit/refusals.js';

const utf8 = (text: string) => new TextEncoder().encode(text);
const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Uint8Array(bytes) as Bytes16);
const position = fc.record({ deviceId: id, seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) });
const positions = fc.uniqueArray(position, { maxLength: 5, selector: ({ deviceId }) => String(deviceId) });
const wellFormed = (maxLength: number) => fc.string({ unit: 'binary', minLength: 1, maxLength });
const reference = fc.record({ messageId: id, hash: id });
const inner: fc.Arbitrary<Inner> = fc.oneof(
  fc.record({ t: fc.constant('text' as const), body: wellFormed(300) }),
  fc.record({ t: fc.constant('text' as const), body: wellFormed(300), replyTo: reference }),
  fc.record({ t: fc.constant('edit' as const), target: reference, body: wellFormed(300) }),
  fc.record({ t: fc.constant('delete' as const), target: reference }),
  fc.record({
    t: fc.constant('reaction' as const),
    target: reference,
    emoji: fc.constantFrom('', '👍', '👩‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '1️⃣', 'ok'),
  }),
  fc.record({ t: fc.constant('typing' as const), on: fc.boolean() }),
  fc.record({ t: fc.constant('receipt' as const), deliveredUpTo: positions, readUpTo: positions }),
  fc.record({ t: fc.constant('signal' as const), callId: id, data: wellFormed(300) }),
  fc.record({
    t: fc.constant('call' as const),
    callId: id,
    outcome: fc.constant('answered' as const),
    seconds: fc.integer({ min: 0, max: PAST_CALL_MAX_SECONDS }),
  }),
  fc.record({
    t: fc.constant('call' as const),
    callId: id,
    outcome: fc.constantFrom('declined' as const, 'missed' as const),
    seconds: fc.constant(0),
  }),
);
const device = '00112233445566778899aabbccddeeff';
const target = `{"message":"${device}","hash":"${device}"}`;

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
    ['a quote without a hash', `{"t":"text","body":"a","replyTo":{"message":"${device}"}}`],
    ['a quote of a short hash', `{"t":"text","body":"a","replyTo":{"message":"${device}","hash":"00"}}`],
    ['a quote that says more', `{"t":"text","body":"a","replyTo":{"message":"${device}","hash":"${device}","x":1}}`],
    ['a quote that is a text', '{"t":"text","body":"a","replyTo":"hello"}'],
    ['a quote of nothing', '{"t":"text","body":"a","replyTo":null}'],
    ['an edit of nothing', '{"t":"edit","body":"a"}'],
    ['an edit without a body', `{"t":"edit","target":${target}}`],
    ['an edit to nothing', `{"t":"edit","target":${target},"body":""}`],
    ['an edit that quotes', `{"t":"edit","target":${target},"body":"a","replyTo":${target}}`],
    ['a deletion with a body', `{"t":"delete","target":${target},"body":"a"}`],
    ['a deletion of everything', '{"t":"delete"}'],
    ['a reaction without one', `{"t":"reaction","target":${target}}`],
    ['a reaction of 33 characters', `{"t":"reaction","target":${target},"emoji":"${'x'.repeat(33)}"}`],
    ['a reaction with a space', `{"t":"reaction","target":${target},"emoji":"a b"}`],
    ['a reaction with a line', `{"t":"reaction","target":${target},"emoji":"a\\nb"}`],
    ['a reaction that turns the text [T-62]', `{"t":"reaction","target":${target},"emoji":"\u202e"}`],
    ['typing that is neither on nor off', '{"t":"typing","on":1}'],
    ['typing that says what', '{"t":"typing","on":true,"body":"hel"}'],
    ['a type of the language [T-59]', '{"t":"constructor","__proto__":1}'],
    ['a call without its id', '{"t":"call","outcome":"missed","seconds":0}'],
    ['a call that came to nothing known', `{"t":"call","callId":"${device}","outcome":"constructor","seconds":0}`],
    ['a call of half a second', `{"t":"call","callId":"${device}","outcome":"answered","seconds":0.5}`],
    ['a call of less than nothing', `{"t":"call","callId":"${device}","outcome":"answered","seconds":-1}`],
    ['a call of more than a week', `{"t":"call","callId":"${device}","outcome":"answered","seconds":604801}`],
    ['a missed call that took a while', `{"t":"call","callId":"${device}","outcome":"missed","seconds":7}`],
    ['a call that says more', `{"t":"call","callId":"${device}","outcome":"missed","seconds":0,"body":"hi"}`],
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

  it('[T-59] names 512 places at most', async () => {
    const places = (count: number) => {
      const list = Array.from({ length: count }, (_, index) => ({
        device: index.toString(16).padStart(32, '0'),
        seq: 1,
      }));
      return utf8(JSON.stringify({ t: 'receipt', deliveredUpTo: list }));
    };
    expect((await readInner(places(512))).inner).toMatchObject({ t: 'receipt' });
    expect(await refusalOf(() => readInner(places(513)))).toBe('content-invalid');
  });

  it('that nobody would read is not written', async () => {
    for (const body of ['', 'x'.repeat(TEXT_MAX_LENGTH + 1), '\ud83d']) {
      expect(await refusalOf(() => writeInner({ t: 'text', body }, []))).toBe('content-invalid');
    }
  });
});

describe('types of the language', () => {
  it('[T-59] are types that nobody knows', async () => {
    for (const type of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      const { inner: read } = await readInner(utf8(JSON.stringify({ t: type, body: 'x' })));
      expect(read).toEqual({ t: 'unsupported', type });
    }
  });
});

describe('each type of content', () => {
  it('has one kind of envelope in each conversation', () => {
    const kinds = (['text', 'edit', 'delete', 'reaction', 'receipt', 'signal', 'typing'] as const).map((type) => [
      kindOf(type, 'direct'),
      kindOf(type, 'group'),
    ]);
    expect(kinds).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
      [1, 2],
      [6, 6],
      [5, null],
      [7, 7],
    ]);
  });
});

describe('an edit or a deletion', () => {
  const bytes16 = (fill: number) => new Uint8Array(16).fill(fill) as Bytes16;
  const header = (change: object = {}) =>
    ({
      conversationId: bytes16(1),
      messageId: bytes16(2),
      senderUser: bytes16(3),
      senderDevice: bytes16(4),
      ...change,
    }) as EnvelopeHeader;
  const original = { header: header(), hash: new Uint8Array(32).fill(5) };
  const edit = (change: object = {}, of: Reference = referenceTo(original)) => ({
    header: header({ messageId: bytes16(9), senderDevice: bytes16(8), ...change }),
    inner: { t: 'edit', target: of, body: 'x' } as const,
  });

  it('holds for a message of the same user, from any device', () => {
    expect(mayChange(edit(), original)).toBe(true);
  });

  it('[T-54] does not hold for a message of somebody else, of another conversation, or with another content', () => {
    expect(mayChange(edit({ senderUser: bytes16(7) }), original)).toBe(false);
    expect(mayChange(edit({ conversationId: bytes16(7) }), original)).toBe(false);
    expect(mayChange(edit({}, { messageId: bytes16(2), hash: bytes16(6) }), original)).toBe(false);
    expect(mayChange(edit({}, { messageId: bytes16(6), hash: bytes16(5) }), original)).toBe(false);
  });

  it('[T-55] of a quote with another hash is told apart from a quote of another message', () => {
    expect(compareReference(referenceTo(original), original)).toBe('same');
    expect(compareReference({ messageId: bytes16(2), hash: bytes16(6) }, original)).toBe('other');
    expect(compareReference({ messageId: bytes16(6), hash: bytes16(5) }, original)).toBeNull();
  });
});
