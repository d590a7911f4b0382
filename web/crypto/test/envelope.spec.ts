import { type Bytes, type Bytes16, type Bytes32, concatBytes } from '@secureconnect/contracts/signed/bytes';
import { ENVELOPE_HEADER_BYTES, ENVELOPE_WRAP_BYTES, readEnvelope } from '@secureconnect/contracts/signed/envelope';
import { pad } from '@secureconnect/crypto/encoding/padding';
import { directConversationId } from '@secureconnect/crypto/envelope/conversation-id';
import { openEnvelope, type OpenRefusal } from '@secureconnect/crypto/envelope/open';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { signedAnew, withContent } from './kit/forge.js';
import { flipped, hex } from './kit/hex.js';
import { type Letter, makePerson, NOW_MS, type Person, reading, seal } from './kit/people.js';

let alice: Person;
let bob: Person;
let mallory: Person;

beforeAll(async () => {
  [alice, bob, mallory] = await Promise.all([makePerson(p, 'alice'), makePerson(p, 'bob'), makePerson(p, 'mallory')]);
});

const openAsBob = async (bytes: Uint8Array, change: Parameters<typeof reading>[3] = {}) =>
  openEnvelope(p, bytes, await reading(p, bob, alice, change));

/** Why Bob refuses the bytes as an envelope of Alice's. */
async function refusal(bytes: Uint8Array, change: Parameters<typeof reading>[3] = {}): Promise<OpenRefusal> {
  const outcome = await openAsBob(bytes, change);
  if (outcome.ok) throw new Error('was not refused');
  return outcome.reason;
}

const sealed = async (letter: Letter = {}) => (await seal(p, alice, bob, letter)).bytes;

const conversation = () => directConversationId(p, alice.userId, bob.userId);

const utf8 = (text: string) => new TextEncoder().encode(text);
const WRAPS_AT = ENVELOPE_HEADER_BYTES + 1;

describe('an envelope', () => {
  it('opens for its two readers and nobody else', async () => {
    const bytes = await sealed({ inner: { t: 'text', body: 'Grüße 👋' } });
    expect(await openAsBob(bytes)).toMatchObject({ ok: true, inner: { t: 'text', body: 'Grüße 👋' } });
    const own = await openEnvelope(p, bytes, await reading(p, alice, alice, { conversationId: await conversation() }));
    expect(own).toMatchObject({ ok: true, inner: { body: 'Grüße 👋' } });
    const malloryReads = await reading(p, mallory, alice, { conversationId: await conversation() });
    expect(await openEnvelope(p, bytes, malloryReads)).toMatchObject({ ok: false, reason: 'not-for-me' });
  });

  it('tells who, where, when and in which place', async () => {
    const messageId = p.randomBytes(16) as Bytes16;
    const { bytes, hash } = await seal(p, alice, bob, { messageId, sentAtMs: NOW_MS + 5 });
    expect(await openAsBob(bytes)).toMatchObject({
      hash,
      header: {
        kind: 1,
        messageId,
        senderUser: alice.userId,
        senderDevice: alice.device.deviceId,
        senderSeq: 1,
        sentAtMs: NOW_MS + 5,
        conversationId: await conversation(),
      },
    });
  });

  it('carries receipts and signals under kinds of their own', async () => {
    const deliveredUpTo = [{ deviceId: bob.device.deviceId, seq: 9 }];
    const receipt = await sealed({ inner: { t: 'receipt', deliveredUpTo, readUpTo: [] }, senderSeq: 4 });
    expect(await openAsBob(receipt)).toMatchObject({ ok: true, header: { kind: 6 }, inner: { deliveredUpTo } });
    const signal = { t: 'signal', callId: p.randomBytes(16) as Bytes16, data: 'x'.repeat(65_536) } as const;
    expect(await openAsBob(await sealed({ inner: signal }), { clock: () => NOW_MS })).toMatchObject({
      ok: true,
      header: { kind: 5 },
      inner: signal,
    });
  });

  it('[T-86] opens a signal for a minute and no longer, and never without a clock', async () => {
    const signal = { t: 'signal', callId: p.randomBytes(16) as Bytes16, data: '{}' } as const;
    const bytes = await sealed({ inner: signal, sentAtMs: NOW_MS });
    for (const passedMs of [-60_000, 0, 60_000]) {
      expect(await openAsBob(bytes, { clock: () => NOW_MS + passedMs })).toMatchObject({ ok: true });
    }
    for (const passedMs of [-60_001, 60_001, NaN]) {
      expect(await refusal(bytes, { clock: () => NOW_MS + passedMs })).toBe('expired');
    }
    expect(await refusal(bytes)).toBe('expired');
  });

  it('is never the same twice', async () => {
    const messageId = p.randomBytes(16) as Bytes16;
    const [one, other] = [readEnvelope(await sealed({ messageId })), readEnvelope(await sealed({ messageId }))];
    expect(hex(one.commitment)).not.toBe(hex(other.commitment));
    expect(hex(one.nonce)).not.toBe(hex(other.nonce));
    expect(hex(one.wraps[0]!.rsaCiphertext)).not.toBe(hex(other.wraps[0]!.rsaCiphertext));
    expect(hex(one.wraps[0]!.kemCiphertext)).not.toBe(hex(other.wraps[0]!.kemCiphertext));
  });
});

describe('an envelope that was altered on its way', () => {
  it('[T-41] is refused for every single byte of it', async () => {
    const bytes = await sealed();
    const reasons = new Map<string, number>();
    const context = await reading(p, bob, alice);
    for (let index = 0; index < bytes.length; index++) {
      const outcome = await openEnvelope(p, flipped(bytes, index, 1 << (index % 8)), context);
      const reason = outcome.ok ? 'opened' : outcome.reason;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    expect(reasons.has('opened')).toBe(false);
    expect(reasons.get('signature')).toBeGreaterThan(bytes.length - 200);
  });

  const headerFields: readonly [string, number][] = [
    ['the message id', 22],
    ['the bundle version of the sender', 70 + 2],
    ['the time', 114 + 7],
    ['what the sender has seen', 162],
    ['the key log', 194 + 7],
  ];
  for (const [what, index] of headerFields) {
    it(`[T-41] in ${what} is refused`, async () => {
      expect(await refusal(flipped(await sealed(), index))).toBe('signature');
    });
  }

  it('[T-41] in its sender, its place or its conversation is refused', async () => {
    const bytes = await sealed({ senderSeq: 2, previousHash: p.randomBytes(32) as Bytes32 });
    const swapped = new Uint8Array(bytes);
    swapped.set(bob.userId, 38);
    expect(await refusal(swapped)).toBe('sender-unknown');
    expect(await refusal(flipped(bytes, 81))).toBe('signature');
    expect(await refusal(flipped(bytes, 82))).toBe('signature');
    expect(await refusal(flipped(bytes, 6))).toBe('wrong-conversation');
  });

  it('[T-51] with wraps of another message is refused, signed anew by a server that has no key or by Alice herself', async () => {
    const [bytes, other] = [await sealed(), readEnvelope(await sealed())];
    const graft = (head: Bytes) =>
      head.set(other.head.subarray(WRAPS_AT, WRAPS_AT + 2 * ENVELOPE_WRAP_BYTES), WRAPS_AT);
    const grafted = new Uint8Array(bytes);
    graft(grafted);
    expect(await refusal(grafted)).toBe('signature');
    expect(await refusal(await signedAnew(bytes, alice, graft))).toBe('undecryptable');
  });

  it('[T-51] with the wraps of its two readers exchanged opens for neither', async () => {
    const bytes = await sealed();
    const exchanged = await signedAnew(bytes, alice, (head) => {
      const body = (which: number) => WRAPS_AT + which * ENVELOPE_WRAP_BYTES + 20;
      const [first, second] = [0, 1].map((which) => head.slice(body(which), body(which) + 1_392));
      head.set(second!, body(0));
      head.set(first!, body(1));
    });
    expect(await refusal(exchanged)).toBe('undecryptable');
  });

  it('[T-52] whose commitment is for another key is refused although its tag is right', async () => {
    const content = pad(utf8('{"t":"text","body":"hello"}'));
    const forged = await withContent(await sealed(), alice, content, (head) =>
      head.set(p.randomBytes(32), head.length - 32),
    );
    expect(await refusal(forged)).toBe('commitment');
  });

  it('cut short or grown is refused', async () => {
    const bytes = await sealed();
    for (const length of [0, 1, 233, 234, 235, 1_000, bytes.length - 64, bytes.length - 1]) {
      expect(await refusal(bytes.subarray(0, length))).toBe('malformed');
    }
    expect(await refusal(concatBytes(bytes, new Uint8Array(1)))).toBe('malformed');
    expect(await refusal(new Uint8Array(262_145))).toBe('too-large');
  });

  it('[T-57] into plaintext is no envelope', async () => {
    expect(await refusal(utf8('{"t":"text","body":"hello"}'))).toBe('malformed');
    expect(await refusal(utf8('{"type":"text","body":"hello"}'.padEnd(4_000)))).toBe('malformed');
  });

  it('under another suite or an unknown kind is refused, without any other path', async () => {
    const bytes = await sealed();
    for (const [index, value] of [
      [4, 0],
      [4, 2],
      [5, 0],
      [5, 2],
      [5, 3],
      [5, 4],
      [5, 8],
    ] as const) {
      const other = new Uint8Array(bytes);
      other[index] = value;
      expect(await refusal(other)).toBe('malformed');
    }
  });
});
