import type { Bytes, Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { ENVELOPE_HEADER_BYTES } from '@secureconnect/contracts/signed/envelope';
import { pad } from '@secureconnect/crypto/encoding/padding';
import { directConversationId } from '@secureconnect/crypto/envelope/conversation-id';
import { type RevokedEvidence, vouchedPositions } from '@secureconnect/crypto/envelope/belief';
import { type OpenContext, openEnvelope, type OpenRefusal } from '@secureconnect/crypto/envelope/open';
import { sealEnvelope } from '@secureconnect/crypto/envelope/seal';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { signedAnew, withContent } from './kit/forge.js';
import { flipped, hex } from './kit/hex.js';
import { type Letter, makePerson, NOW_MS, type Person, reading, seal, sealInput, ZERO_HASH } from './kit/people.js';
import { refusalOf } from './kit/refusals.js';

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

const utf8 = (text: string) => new TextEncoder().encode(text);
const WRAPS_AT = ENVELOPE_HEADER_BYTES + 1;

describe('the sender of an envelope', () => {
  it("[T-40] is not Alice when the server made it with Bob's public keys", async () => {
    const forged = await sealEnvelope(p, {
      ...sealInput(p, alice, bob),
      sender: { userId: alice.userId, deviceId: alice.device.deviceId, signer: mallory.device.signer, bundleVer: 1 },
    });
    expect(await refusal(forged.bytes)).toBe('signature');
  });

  it('[T-40] is not Alice when Bob signs what he received as hers', async () => {
    const forwarded = await signedAnew(await sealed(), bob, () => undefined);
    expect(await refusal(forwarded)).toBe('signature');
  });

  it('is not believed without a device, or with a device of another user or another id', async () => {
    const bytes = await sealed();
    expect(await refusal(bytes, { sender: () => Promise.resolve(null) })).toBe('sender-unknown');
    expect(await refusal(bytes, { state: { device: bob.verifiedDevice } })).toBe('sender-unknown');
    const renamed = { ...alice.verifiedDevice, deviceId: p.randomBytes(16) as Bytes16 };
    expect(await refusal(bytes, { state: { device: renamed } })).toBe('sender-unknown');
  });

  describe('[T-81] whose device was revoked', () => {
    const REVOKED_AT_MS = NOW_MS + 1_001;
    const state = (evidence: RevokedEvidence = {}, revokedAtMs = REVOKED_AT_MS) => ({
      state: { revokedAtMs, evidence },
    });
    const here = { openedBefore: true };

    it('is not believed from that moment on, whatever speaks for it', async () => {
      const bytes = await sealed({ sentAtMs: NOW_MS + 1_000 });
      for (const evidence of [here, { vouchedUpTo: 9 }]) {
        expect(await refusal(bytes, state(evidence, NOW_MS + 1_000))).toBe('device-revoked');
      }
    });

    it('is not believed for a date before it alone, which a thief writes as he likes', async () => {
      const bytes = await sealed({ sentAtMs: NOW_MS + 1_000 });
      expect(await refusal(bytes, state())).toBe('device-revoked');
      expect(await refusal(bytes, { state: { revokedAtMs: REVOKED_AT_MS } })).toBe('device-revoked');
      expect(await refusal(bytes, state({ openedBefore: false, vouchedUpTo: 0 }))).toBe('device-revoked');
    });

    it('is believed when it was opened here before, or somebody else has seen it', async () => {
      const bytes = await sealed({ sentAtMs: NOW_MS + 1_000 });
      expect(await openAsBob(bytes, state(here))).toMatchObject({ ok: true });
      expect(await openAsBob(bytes, state({ vouchedUpTo: 1 }))).toMatchObject({ ok: true });
      const next = await sealed({ senderSeq: 2, previousHash: p.randomBytes(32) as Bytes32 });
      expect(await refusal(next, state({ vouchedUpTo: 1 }))).toBe('device-revoked');
    });

    it('is not believed with a receipt or a signal at all', async () => {
      const receipt = { t: 'receipt', deliveredUpTo: [], readUpTo: [] } as const;
      const signal = { t: 'signal', callId: p.randomBytes(16) as Bytes16, data: '' } as const;
      for (const inner of [receipt, signal]) {
        expect(await refusal(await sealed({ inner }), state({ ...here, vouchedUpTo: 9 }))).toBe('device-revoked');
      }
    });

    it('is vouched for by positions whose root agrees, and by no others', () => {
      const acks = [{ deviceId: alice.device.deviceId, seq: 4 }];
      expect(vouchedPositions({ acks }, 'agrees')).toEqual(acks);
      for (const verdict of ['forked', 'unknown', 'none'] as const) {
        expect(vouchedPositions({ acks }, verdict)).toEqual([]);
      }
    });

    it('is looked up by its hash too', async () => {
      const bytes = await sealed();
      const asked: string[] = [];
      const sender: OpenContext['sender'] = (_, hash) => {
        asked.push(hex(hash));
        return Promise.resolve(null);
      };
      const { hash } = await openAsBob(bytes, { sender });
      expect(asked).toEqual([hex(hash!)]);
    });
  });

  it('is not believed outside of the time of its certificate', async () => {
    const { createdAtMs, expiresAtMs } = alice.verifiedDevice;
    expect(await refusal(await sealed({ sentAtMs: expiresAtMs + 1 }))).toBe('device-expired');
    expect(await refusal(await sealed({ sentAtMs: createdAtMs - 300_001 }))).toBe('device-expired');
    expect(await openAsBob(await sealed({ sentAtMs: createdAtMs - 300_000 }))).toMatchObject({ ok: true });
  });

  it('[T-26] is not believed under changed keys until a person decides', async () => {
    expect(await refusal(await sealed(), { state: { pin: 'changed' } })).toBe('identity-changed');
  });
});

describe('the place of an envelope', () => {
  it('[T-43] is one conversation: elsewhere it is refused', async () => {
    const elsewhere = await directConversationId(p, bob.userId, mallory.userId);
    expect(await refusal(await sealed(), { conversationId: elsewhere })).toBe('wrong-conversation');
  });

  it('[T-43] cannot be another conversation than that of its two readers, whatever Alice signs', async () => {
    const elsewhere = await directConversationId(p, bob.userId, mallory.userId);
    const moved = await signedAnew(await sealed(), alice, (head) => head.set(elsewhere, 6));
    expect(await refusal(moved, { conversationId: elsewhere })).toBe('wrong-conversation');
  });

  it('[T-42, T-46] is asked for once the signature stands, and before anything is decrypted', async () => {
    const asked: [number, string][] = [];
    const admit = (outcome: 'admitted' | 'replayed' | 'sequence') => ({
      admit: async (header: { senderSeq: number }, hash: Bytes32) => {
        asked.push([header.senderSeq, hex(hash)]);
        return outcome;
      },
    });
    const { bytes, hash } = await seal(p, alice, bob);
    expect(await refusal(bytes, admit('replayed'))).toBe('replayed');
    expect(await refusal(bytes, admit('sequence'))).toBe('sequence');
    expect(await openAsBob(bytes, admit('admitted'))).toMatchObject({ ok: true });
    expect(asked).toEqual(Array.from({ length: 3 }, () => [1, hex(hash)]));
    expect(await refusal(flipped(bytes, bytes.length - 1), admit('admitted'))).toBe('signature');
    expect(asked).toHaveLength(3);
    const undecryptable = await signedAnew(bytes, alice, (head) => head.set(p.randomBytes(48), WRAPS_AT + 1_364));
    await openAsBob(undecryptable, admit('replayed'));
    expect(asked).toHaveLength(4);
  });
});

describe('the content of an envelope', () => {
  it('opens only with keys of the bundle that it was sealed for', async () => {
    const reader = { ...bob.account, encryption: new Map() };
    expect(await refusal(await sealed(), { reader })).toBe('key-missing');
    const foreign = { ...bob.account, encryption: mallory.account.encryption };
    expect(await refusal(await sealed(), { reader: foreign })).toBe('undecryptable');
  });

  it('needs the RSA half and the ML-KEM half', async () => {
    const keys = bob.account.encryption.get(1)!;
    const others = mallory.account.encryption.get(1)!;
    for (const half of [
      { rsa: others.rsa },
      { kem: others.kem },
      { rsaHash: others.rsaHash },
      { kemHash: others.kemHash },
    ]) {
      const reader = { ...bob.account, encryption: new Map([[1, { ...keys, ...half }]]) };
      expect(await refusal(await sealed(), { reader })).toBe('undecryptable');
    }
  });

  it('of a later type is shown as unsupported, in whatever kind', async () => {
    const bytes = await withContent(await sealed(), alice, pad(utf8('{"t":"poll","options":[1,2]}')));
    expect(await openAsBob(bytes)).toMatchObject({ ok: true, inner: { t: 'unsupported', type: 'poll' } });
  });

  const refused: readonly [string, Bytes][] = [
    ['a receipt in a text envelope', pad(utf8('{"t":"receipt","deliveredUpTo":[]}'))],
    [
      'positions without a root',
      pad(utf8('{"t":"text","body":"a","acks":[{"device":"00112233445566778899aabbccddeeff","seq":1}]}')),
    ],
    ['a duplicate key [T-59]', pad(utf8('{"t":"text","body":"a","body":"b"}'))],
    ['__proto__ [T-59]', pad(utf8('{"t":"text","body":"a","__proto__":{}}'))],
    ['bad UTF-8 [T-59]', pad(Uint8Array.of(0x22, 0xff, 0x22))],
    ['deep nesting [T-59]', pad(utf8('['.repeat(50_000)))],
    ['no padding', new Uint8Array(256)],
    ['padding of another size', new Uint8Array(384).fill(0x80, 0, 1)],
  ];
  for (const [what, content] of refused) {
    it(`is refused for ${what}`, async () => {
      expect(await refusal(await withContent(await sealed(), alice, content))).toBe('content');
    });
  }

  it('is refused for a root without positions', async () => {
    const seen = [{ deviceId: bob.device.deviceId, seq: 1, hash: p.randomBytes(32) as Bytes32 }];
    expect(await refusal(await withContent(await sealed({ seen }), alice, pad(utf8('{"t":"text","body":"a"}'))))).toBe(
      'content',
    );
  });
});

describe('an ephemeral envelope', () => {
  const typing = () => sealed({ inner: { t: 'typing', on: true }, senderSeq: 3, sentAtMs: NOW_MS + 100_000 });
  const at = (nowMs: number) => ({ clock: () => nowMs });

  it('is believed for a minute to either side', async () => {
    const bytes = await typing();
    for (const nowMs of [NOW_MS + 40_000, NOW_MS + 160_000]) {
      expect(await openAsBob(bytes, at(nowMs))).toMatchObject({ ok: true, inner: { on: true }, header: { kind: 7 } });
    }
    for (const nowMs of [NOW_MS + 39_999, NOW_MS + 160_001]) expect(await refusal(bytes, at(nowMs))).toBe('expired');
  });

  it('is not believed without a clock, and not kept in a replay store after its time', async () => {
    const bytes = await typing();
    expect(await refusal(bytes)).toBe('expired');
    const admitted: number[] = [];
    const admit: OpenContext['admit'] = ({ senderSeq }) => {
      admitted.push(senderSeq);
      return Promise.resolve('admitted');
    };
    expect(await refusal(bytes, { ...at(NOW_MS), admit })).toBe('expired');
    expect(admitted).toEqual([]);
  });

  it('carries nothing that lasts', async () => {
    const text = await withContent(await typing(), alice, pad(utf8('{"t":"text","body":"a"}')));
    expect(await refusal(text, at(NOW_MS + 100_000))).toBe('content');
    const lasting = await withContent(await sealed(), alice, pad(utf8('{"t":"typing","on":true}')));
    expect(await refusal(lasting)).toBe('content');
  });
});

describe('sealing', () => {
  const sealRefusal = (change: Partial<Parameters<typeof sealEnvelope>[1]>) =>
    refusalOf(() => sealEnvelope(p, { ...sealInput(p, alice, bob), ...change }));

  it('is refused for other readers than the sender and one peer', async () => {
    const [ofAlice, ofBob, ofMallory] = [alice, bob, mallory].map((person) => person.identity.current.recipient);
    expect(await sealRefusal({ recipients: [ofBob!, ofMallory!] })).toBe('seal-refused');
    expect(await sealRefusal({ recipients: [ofAlice!, ofAlice!] })).toBe('seal-refused');
  });

  it('is refused outside of the chain', async () => {
    const hash = p.randomBytes(32) as Bytes32;
    expect(await sealRefusal({ senderSeq: 0 })).toBe('seal-refused');
    expect(await sealRefusal({ senderSeq: 1, previousHash: hash })).toBe('seal-refused');
    expect(await sealRefusal({ senderSeq: 2, previousHash: ZERO_HASH })).toBe('seal-refused');
    const receipt = { t: 'receipt', deliveredUpTo: [], readUpTo: [] } as const;
    expect(await sealRefusal({ senderSeq: 2, previousHash: hash, inner: receipt })).toBe('seal-refused');
  });

  it('is refused for a device that is named twice among what was seen', async () => {
    const head = { deviceId: bob.device.deviceId, seq: 1, hash: p.randomBytes(32) as Bytes32 };
    expect(await sealRefusal({ seen: [head, head] })).not.toBe('');
  });

  it('[T-22] is refused for content that nobody may read as text', async () => {
    expect(await sealRefusal({ inner: { t: 'text', body: '' } })).toBe('content-invalid');
  });
});
