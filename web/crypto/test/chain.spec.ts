import type { Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { ackRootOf, checkAcks, type SeenHead } from '@secureconnect/crypto/envelope/acks';
import { type ChainHead, continueChain, linksTo } from '@secureconnect/crypto/envelope/chain';
import { openEnvelope } from '@secureconnect/crypto/envelope/open';
import type { SealedEnvelope } from '@secureconnect/crypto/envelope/seal';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import fc from 'fast-check';
import { hex } from './kit/hex.js';
import { makePerson, type Person, reading, seal, ZERO_HASH } from './kit/people.js';
import { refusalOf } from './kit/refusals.js';

let alice: Person;
let bob: Person;
let sent: readonly { readonly seq: number; readonly previousHash: Bytes32; readonly envelope: SealedEnvelope }[];

beforeAll(async () => {
  [alice, bob] = await Promise.all([makePerson(p, 'alice'), makePerson(p, 'bob')]);
  const chain: { seq: number; previousHash: Bytes32; envelope: SealedEnvelope }[] = [];
  for (let seq = 1; seq <= 6; seq++) {
    const previousHash = chain.at(-1)?.envelope.hash ?? ZERO_HASH;
    const inner = { t: 'text', body: `number ${seq}` } as const;
    chain.push({ seq, previousHash, envelope: await seal(p, alice, bob, { senderSeq: seq, previousHash, inner }) });
  }
  sent = chain;
});

const place = (seq: number) => {
  const { previousHash, envelope } = sent[seq - 1]!;
  return [{ senderSeq: seq, previousHash }, envelope.hash] as const;
};
const headAt = (seq: number): ChainHead | null => (seq === 0 ? null : { seq, hash: sent[seq - 1]!.envelope.hash });

describe('the chain of a device', () => {
  it('continues one by one', () => {
    for (let seq = 1; seq <= 6; seq++)
      expect(continueChain(headAt(seq - 1), ...place(seq))).toEqual({ verdict: 'continues' });
  });

  it('[T-46] counts what is missing before an envelope', () => {
    expect(continueChain(headAt(0), ...place(3))).toEqual({ verdict: 'gap', missing: 2 });
    expect(continueChain(headAt(2), ...place(6))).toEqual({ verdict: 'gap', missing: 3 });
  });

  it('[T-42] knows the head again, and what came before it', () => {
    expect(continueChain(headAt(3), ...place(3))).toEqual({ verdict: 'repeated' });
    expect(continueChain(headAt(3), ...place(1))).toEqual({ verdict: 'older' });
  });

  it('[T-45] calls another envelope in the same place a fork, and one that continues another', () => {
    const other = p.randomBytes(32) as Bytes32;
    expect(continueChain(headAt(3), place(3)[0], other)).toEqual({ verdict: 'forked' });
    expect(continueChain({ seq: 3, hash: other }, ...place(4))).toEqual({ verdict: 'forked' });
  });

  it('links pages of history backwards', () => {
    expect(linksTo(headAt(2)!, place(3)[0])).toBe('linked');
    expect(linksTo(headAt(2)!, place(4)[0])).toBe('apart');
    expect(linksTo({ seq: 2, hash: p.randomBytes(32) as Bytes32 }, place(3)[0])).toBe('forked');
  });

  it('[T-42, T-45, T-46] delivered in any order, with drops and repeats, never counts an envelope twice nor passes over one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 30 }), (deliveries) => {
        let head: ChainHead | null = null;
        const shown: number[] = [];
        for (const seq of deliveries) {
          const verdict = continueChain(head, ...place(seq));
          if (verdict.verdict === 'gap') expect(verdict.missing).toBe(seq - (head?.seq ?? 0) - 1);
          if (verdict.verdict !== 'continues') continue;
          shown.push(seq);
          head = headAt(seq);
        }
        expect(shown).toEqual(shown.map((_, index) => index + 1));
      }),
    );
  });
});

describe('what a sender has seen', () => {
  const seenOf = (hash: Bytes32): SeenHead[] => [
    { deviceId: bob.device.deviceId, seq: 3, hash },
    { deviceId: alice.device.deviceId, seq: 8, hash: ZERO_HASH },
  ];
  const hash = p.randomBytes(32) as Bytes32;

  async function openedWith(seen: readonly SeenHead[]) {
    const { bytes } = await seal(p, alice, bob, { seen });
    const opened = await openEnvelope(p, bytes, await reading(p, bob, alice));
    if (!opened.ok) throw new Error(opened.reason);
    return opened;
  }

  it('is nothing for nothing', async () => {
    expect(await ackRootOf(p, [])).toEqual(ZERO_HASH);
    const opened = await openedWith([]);
    expect(await checkAcks(p, opened, () => hash)).toBe('none');
  });

  it('does not depend on the order in which it is told', async () => {
    expect(hex(await ackRootOf(p, seenOf(hash)))).toBe(hex(await ackRootOf(p, seenOf(hash).reverse())));
  });

  it('agrees with a reader who has seen the same', async () => {
    const lookUp = (deviceId: Bytes16) => (hex(deviceId) === hex(bob.device.deviceId) ? hash : ZERO_HASH);
    expect(await checkAcks(p, await openedWith(seenOf(hash)), lookUp)).toBe('agrees');
  });

  it('[T-72] shows a fork to a reader who was given another envelope in the same place', async () => {
    const other = p.randomBytes(32) as Bytes32;
    const lookUp = (deviceId: Bytes16) => (hex(deviceId) === hex(bob.device.deviceId) ? other : ZERO_HASH);
    expect(await checkAcks(p, await openedWith(seenOf(hash)), lookUp)).toBe('forked');
  });

  it('[T-47] is unknown to a reader from whom the newest was withheld', async () => {
    expect(await checkAcks(p, await openedWith(seenOf(hash)), async () => null)).toBe('unknown');
  });

  it('names no device twice and at most 512: all that two accounts can have', async () => {
    const [first] = seenOf(hash);
    expect(await refusalOf(() => ackRootOf(p, [first!, first!]))).toBe('seal-refused');
    const many = Array.from({ length: 513 }, () => ({ ...first!, deviceId: p.randomBytes(16) as Bytes16 }));
    expect(await ackRootOf(p, many.slice(1))).toHaveLength(32);
    expect(await refusalOf(() => ackRootOf(p, many))).toBe('seal-refused');
  });
});
