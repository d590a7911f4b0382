import type { Bytes16 } from '@secureconnect/contracts/signed/bytes';
import { openEnvelope, openGroupSignal, type GroupSignalContext } from '@secureconnect/crypto/envelope/open';
import { sealGroupSignal } from '@secureconnect/crypto/envelope/seal';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { flipped } from './kit/hex.js';
import { makePerson, NOW_MS, type Person, reading, sealInput } from './kit/people.js';
import { refusalOf } from './kit/refusals.js';

const groupId = new Uint8Array(16).fill(0x67) as Bytes16;
const otherGroup = new Uint8Array(16).fill(0x68) as Bytes16;
const inner = { t: 'signal', callId: new Uint8Array(16).fill(0x11) as Bytes16, data: '{"t":"join"}' } as const;

let alice: Person;
let bob: Person;
let mallory: Person;
beforeAll(async () => {
  [alice, bob, mallory] = await Promise.all([makePerson(p, 'alice'), makePerson(p, 'bob'), makePerson(p, 'mallory')]);
});

const signal = async (from: Person, to: Person, sentAtMs = NOW_MS) =>
  (await sealGroupSignal(p, { ...sealInput(p, from, to, { inner, sentAtMs }), groupId })).bytes;

async function open(bytes: Uint8Array, reader: Person, from: Person, change: Partial<GroupSignalContext> = {}) {
  const { sender } = await reading(p, reader, from);
  const outcome = await openGroupSignal(p, bytes, {
    groupId,
    reader: reader.account,
    sender,
    admit: () => Promise.resolve('admitted'),
    clock: () => NOW_MS,
    isMember: () => Promise.resolve(true),
    ...change,
  });
  return outcome.ok ? outcome.inner : outcome.reason;
}

describe('a signal from one member of a group to another', () => {
  it('opens for whom it is sealed', async () => {
    expect(await open(await signal(alice, bob), bob, alice)).toEqual(inner);
  });

  it('does not open for a third member, in another group, or as a message of two', async () => {
    const bytes = await signal(alice, bob);
    expect(await open(bytes, mallory, alice)).toBe('not-for-me');
    expect(await open(bytes, bob, alice, { groupId: otherGroup })).toBe('wrong-conversation');
    const asDirect = await reading(p, bob, alice, { clock: () => NOW_MS });
    expect(await openEnvelope(p, bytes, asDirect)).toMatchObject({ ok: false, reason: 'wrong-conversation' });
    const named = { ...asDirect, conversationId: groupId };
    expect(await openEnvelope(p, bytes, named)).toMatchObject({ ok: false, reason: 'wrong-conversation' });
  });

  it('[T-87] means nothing from somebody who is no member now', async () => {
    const bytes = await signal(mallory, bob);
    const isMember = (userId: Bytes16) => Promise.resolve(userId.every((byte, index) => byte === alice.userId[index]));
    expect(await open(bytes, bob, mallory, { isMember })).toBe('not-a-member');
    expect(await open(await signal(alice, bob), bob, alice, { isMember })).toEqual(inner);
  });

  it('[T-86] is of its minute, and comes once', async () => {
    const bytes = await signal(alice, bob);
    expect(await open(bytes, bob, alice, { clock: () => NOW_MS + 60_001 })).toBe('expired');
    expect(await open(bytes, bob, alice, { clock: () => NOW_MS - 60_001 })).toBe('expired');
    expect(await open(bytes, bob, alice, { admit: () => Promise.resolve('replayed') })).toBe('replayed');
  });

  it('is refused when a byte of what binds it was changed', async () => {
    const bytes = await signal(alice, bob);
    for (const index of [6, 22, 38, 54, 70, 300, 1_700, 3_060, bytes.length - 100, bytes.length - 1]) {
      expect(typeof (await open(flipped(bytes, index), bob, alice))).toBe('string');
    }
  });

  it('carries signals and nothing else', async () => {
    const text = sealInput(p, alice, bob, { inner: { t: 'text', body: 'hello' } });
    expect(await refusalOf(() => sealGroupSignal(p, { ...text, groupId }))).toBe('seal-refused');
  });
});
