import type { Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { readEnvelope } from '@secureconnect/contracts/signed/envelope';
import type { ConversationCrypto } from '@secureconnect/crypto/envelope/conversation-crypto';
import { directConversation, type Place } from '@secureconnect/crypto/envelope/direct-conversation';
import type { Lane } from '@secureconnect/crypto/envelope/inner';
import type { SealedEnvelope } from '@secureconnect/crypto/envelope/seal';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { makePerson, NOW_MS, type Person, reading, ZERO_HASH } from './kit/people.js';
import { refusalOf } from './kit/refusals.js';

let alice: Person;
let bob: Person;

beforeAll(async () => {
  [alice, bob] = await Promise.all([makePerson(p, 'alice'), makePerson(p, 'bob')]);
});

/** A conversation that keeps its lanes in memory, one step at a time. */
async function conversationOf(self: Person, peer: Person): Promise<ConversationCrypto> {
  const heads = new Map<Lane, { seq: number; hash: Bytes32 }>();
  let turn: Promise<unknown> = Promise.resolve();
  return directConversation(p, {
    ...(await reading(p, self, peer)),
    device: { userId: self.userId, deviceId: self.device.deviceId, signer: self.device.signer, bundleVer: 1 },
    recipients: () => Promise.resolve([self.identity.current.recipient, peer.identity.current.recipient]),
    place(lane, use) {
      const step = async () => {
        const head = heads.get(lane);
        const place: Place = {
          messageId: p.randomBytes(16) as Bytes16,
          senderSeq: (head?.seq ?? 0) + 1,
          previousHash: lane === 'messages' ? (head?.hash ?? ZERO_HASH) : ZERO_HASH,
          sentAtMs: NOW_MS,
          seen: [],
        };
        const sealed: SealedEnvelope = await use(place);
        heads.set(lane, { seq: place.senderSeq, hash: sealed.hash });
        return sealed;
      };
      const result = turn.then(step, step);
      turn = result;
      return result;
    },
  });
}

describe('a direct conversation of suite 1', () => {
  it('carries what one says to the other, in one unbroken chain', async () => {
    const [mine, theirs] = [await conversationOf(alice, bob), await conversationOf(bob, alice)];
    const bodies = ['one', 'two', 'three'];
    const sealed = await Promise.all(bodies.map((body) => mine.seal({ t: 'text', body }, 'durable')));
    const headers = sealed.map((bytes) => readEnvelope(bytes).header);
    expect(headers.map(({ senderSeq }) => senderSeq)).toEqual([1, 2, 3]);
    for (const [index, bytes] of sealed.entries()) {
      expect(await theirs.open(bytes)).toMatchObject({ ok: true, inner: { body: bodies[index] } });
    }
  });

  it('does not use up a place for what it refuses to seal', async () => {
    const mine = await conversationOf(alice, bob);
    expect(await refusalOf(() => mine.seal({ t: 'text', body: '' }, 'durable'))).toBe('content-invalid');
    const bytes = await mine.seal({ t: 'text', body: 'hello' }, 'durable');
    expect(readEnvelope(bytes).header.senderSeq).toBe(1);
  });

  it('does not promise that a text is forgotten, nor keep a receipt for ever', async () => {
    const mine = await conversationOf(alice, bob);
    expect(await refusalOf(() => mine.seal({ t: 'text', body: 'hello' }, 'ephemeral'))).toBe('unsupported');
    const receipt = { t: 'receipt', deliveredUpTo: [], readUpTo: [] } as const;
    expect(await refusalOf(() => mine.seal(receipt, 'durable'))).toBe('unsupported');
    expect(readEnvelope(await mine.seal(receipt, 'ephemeral')).header).toMatchObject({ kind: 6, senderSeq: 1 });
  });

  it('says why it does not open what is not from the other', async () => {
    const mine = await conversationOf(alice, bob);
    expect(await mine.open(new Uint8Array(400))).toMatchObject({ ok: false, reason: 'malformed' });
  });
});
