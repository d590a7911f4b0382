import type { Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { readEnvelope } from '@secureconnect/contracts/signed/envelope';
import type { ConversationCrypto } from '@secureconnect/crypto/envelope/conversation-crypto';
import type { Lane } from '@secureconnect/crypto/envelope/inner';
import { openEnvelope } from '@secureconnect/crypto/envelope/open';
import { groupConversation } from '@secureconnect/crypto/group/group-conversation';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { clientsOf, type GroupMemberClient, type StoredGroup } from './kit/groups.js';
import { flipped, hex } from './kit/hex.js';
import { makePerson, NOW_MS, type Person, reading, seal, ZERO_HASH } from './kit/people.js';
import { refusalOf } from './kit/refusals.js';

let people: Person[];
let [alice, bob, carol] = [] as unknown as [Person, Person, Person];
let store: StoredGroup;
let [asAlice, asBob, asCarol] = [] as unknown as [GroupMemberClient, GroupMemberClient, GroupMemberClient];

beforeAll(async () => {
  people = await Promise.all(['alice', 'bobby', 'carol'].map((name) => makePerson(p, name)));
  [alice, bob, carol] = people as [Person, Person, Person];
});

beforeEach(async () => {
  const made = clientsOf(p, people);
  store = made.store;
  [asAlice, asBob, asCarol] = made.clients as [GroupMemberClient, GroupMemberClient, GroupMemberClient];
  await asAlice.create('Hiking');
  await asAlice.add(bob);
  await asAlice.add(carol);
  await asAlice.rotate();
  await Promise.all([asBob.sync(), asCarol.sync()]);
});

describe('an envelope to a group', () => {
  it('opens for every member, in every kind that a group has', async () => {
    const target = { messageId: alice.userId, hash: alice.userId };
    const inners = [
      { t: 'text', body: 'hello' },
      { t: 'reaction', target, emoji: '👍' },
      { t: 'receipt', deliveredUpTo: [], readUpTo: [] },
      { t: 'typing', on: true },
    ] as const;
    for (const inner of inners) {
      const { bytes, hash } = await asAlice.send(inner);
      for (const reader of [asAlice, asBob, asCarol]) {
        expect(await reader.open(bytes)).toMatchObject({ ok: true, inner, hash });
      }
    }
  });

  it('is small: no wraps, whatever the number of members', async () => {
    expect((await asAlice.text('hello')).bytes).toHaveLength(615);
  });

  it('[T-41] is refused for every single byte of it', async () => {
    const { bytes } = await asAlice.text('hello');
    const outcomes = await Promise.all(
      Array.from(bytes, (_, index) => asBob.open(flipped(bytes, index, 1 << (index % 8)))),
    );
    expect(outcomes.filter(({ ok }) => ok)).toEqual([]);
  });

  it('[T-43] is refused in another group, in a direct conversation, and a direct one in a group', async () => {
    const { bytes } = await asAlice.text('hello');
    expect(await asBob.refusal(bytes, { groupId: bob.userId })).toBe('wrong-conversation');
    const direct = await reading(p, bob, alice, { conversationId: asBob.state.groupId });
    expect(await openEnvelope(p, bytes, direct)).toMatchObject({ ok: false, reason: 'wrong-conversation' });
    expect(await asBob.refusal((await seal(p, alice, bob)).bytes)).toBe('wrong-conversation');
  });

  it('[T-40] is nobody else’s: another device, keys that the log does not name', async () => {
    const { bytes } = await asAlice.text('hello');
    expect(await asBob.refusal(bytes, { state: { device: carol.verifiedDevice } })).toBe('sender-unknown');
    const reset = { ...alice.verifiedDevice, accountPin: carol.identity.pin };
    expect(await asBob.refusal(bytes, { state: { device: reset } })).toBe('not-a-member');
    expect(await asBob.refusal(bytes, { state: { pin: 'changed' } })).toBe('identity-changed');
    expect(await asBob.refusal(bytes, { state: { revokedAtMs: NOW_MS + 1 } })).toBe('device-revoked');
  });

  it('is not that of a member who was none at the head that it names', async () => {
    await asAlice.change({ type: 'remove', userId: carol.userId });
    await asAlice.rotate();
    const [without, epoch] = [asAlice.state, asAlice.newestEpoch!];
    await asAlice.add(carol);
    await asAlice.rotate();
    await Promise.all([asBob.sync(), asCarol.sync()]);
    // somebody hands Carol the secret of the time without her, and she writes back into it
    const members = new Map([...without.members, ...asAlice.state.members]);
    const { bytes } = await asCarol.send({ t: 'text', body: 'x' }, { group: { ...without, members }, epoch });
    expect(asBob.state.members.size).toBe(3);
    expect(await asBob.refusal(bytes)).toBe('not-a-member');
  });

  it('waits for the log when it names an entry that is not here', async () => {
    await asAlice.change({ type: 'policy', anyoneRenames: true });
    await asAlice.rotate();
    const { bytes } = await asAlice.text('hello');
    expect(await asBob.refusal(bytes)).toBe('head-unknown');
    const admitted: string[] = [];
    await asBob.open(bytes, {
      admit: (_, hash) => {
        admitted.push(hex(hash));
        return Promise.resolve('admitted');
      },
    });
    await asBob.sync();
    expect(await asBob.open(bytes)).toMatchObject({ ok: true });
    expect(admitted).toHaveLength(1);
  });

  it('says that its epoch is not here', async () => {
    const { bytes } = await asAlice.text('hello');
    expect(await asBob.refusal(bytes, { epochOf: () => Promise.resolve(null) })).toBe('epoch-unknown');
  });

  it('[T-71] is refused under an epoch of another head, or one that its device had left', async () => {
    const { bytes } = await asAlice.text('hello');
    const first = asAlice.epochs.get(1)!;
    expect(await asBob.refusal(bytes, { epochOf: () => Promise.resolve(first) })).toBe('epoch-stale');
    expect(await asBob.refusal(bytes, { epochBefore: () => Promise.resolve(3) })).toBe('epoch-stale');
    expect(await asBob.refusal(bytes, { epochBefore: () => Promise.resolve(2) })).toBe('was not refused');
  });

  it('does not open under another secret of the same number', async () => {
    const { bytes } = await asAlice.text('hello');
    const other = (await asAlice.make()).opened;
    const forged = { ...other, groupHead: asBob.epochs.get(2)!.groupHead };
    expect(await asBob.refusal(bytes, { epochOf: () => Promise.resolve(forged) })).toBe('undecryptable');
  });
});

describe('sealing for a group', () => {
  it('[T-71] is refused under an epoch whose head is not the newest', async () => {
    await asAlice.change({ type: 'remove', userId: carol.userId });
    expect(await refusalOf(() => asAlice.text('for two'))).toBe('epoch-stale');
    await asAlice.rotate();
    expect((await asAlice.text('for two')).bytes.length).toBeGreaterThan(0);
  });

  it('is refused for who is not in it, for signals, and in another group', async () => {
    const { state } = asAlice;
    await asAlice.change({ type: 'remove', userId: carol.userId });
    await asCarol.sync();
    expect(await refusalOf(() => asCarol.text('still here'))).toBe('seal-refused');
    const signal = { t: 'signal', callId: alice.userId, data: '' } as const;
    expect(await refusalOf(() => asBob.send(signal))).toBe('seal-refused');
    const elsewhere = { ...state, groupId: bob.userId };
    expect(await refusalOf(() => asBob.send({ t: 'text', body: 'x' }, { group: elsewhere }))).toBe('seal-refused');
  });
});

describe('[T-70] who was removed', () => {
  it('opens nothing that comes after, with everything that was known before', async () => {
    const before = await asAlice.text('with Carol');
    expect(await asCarol.open(before.bytes)).toMatchObject({ ok: true });
    await asAlice.change({ type: 'remove', userId: carol.userId });
    await asAlice.rotate();
    const after = await asAlice.text('without Carol');
    await asCarol.sync();
    expect(await asCarol.refusal(after.bytes)).toBe('epoch-unknown');
    for (const epoch of asCarol.epochs.values()) {
      const pretended = { ...epoch, groupHead: asAlice.state.head };
      expect(await asCarol.refusal(after.bytes, { epochOf: () => Promise.resolve(pretended) })).toBe('undecryptable');
    }
    expect(await asCarol.refusal(before.bytes)).toBe('was not refused');
  });

  it('is not heard any more, under whatever epoch; what others saw in time stays', async () => {
    const early = await asCarol.text('before');
    const late = await asCarol.text('after, with the old epoch');
    await asAlice.change({ type: 'remove', userId: carol.userId });
    await asAlice.rotate();
    await asBob.sync();
    expect(await asBob.refusal(late.bytes)).toBe('not-a-member');
    expect(await asBob.refusal(early.bytes, { state: { evidence: { openedBefore: true } } })).toBe('was not refused');
    expect(await asBob.refusal(early.bytes, { state: { evidence: { vouchedUpTo: 1 } } })).toBe('was not refused');
    expect(await asBob.refusal(late.bytes, { state: { evidence: { vouchedUpTo: 1 } } })).toBe('not-a-member');
    const typing = await asCarol.send({ t: 'typing', on: true });
    expect(await asBob.refusal(typing.bytes, { state: { evidence: { openedBefore: true } } })).toBe('not-a-member');
  });
});

describe('who joins', () => {
  it('[T-78] opens nothing that was said before', async () => {
    const { store: other, clients } = clientsOf(p, people);
    const [owner, guest] = clients as [GroupMemberClient, GroupMemberClient];
    await owner.create('Early');
    const before = await owner.text('nobody here');
    await owner.add(bob);
    await owner.rotate();
    await guest.sync();
    expect(other.epochs).toHaveLength(2);
    expect([...guest.epochs.keys()]).toEqual([2]);
    expect(await guest.refusal(before.bytes)).toBe('epoch-unknown');
    const pretended = { ...guest.epochs.get(2)!, groupHead: readEnvelope(before.bytes).header.groupHead };
    expect(await guest.refusal(before.bytes, { epochOf: () => Promise.resolve(pretended) })).toBe('undecryptable');
    expect(await guest.open((await owner.text('welcome')).bytes)).toMatchObject({ ok: true });
  });
});

describe('a group behind the one interface', () => {
  function conversationOf(client: GroupMemberClient): ConversationCrypto {
    const heads = new Map<Lane, { seq: number; hash: Bytes32 }>();
    const { device, userId } = client.person;
    return groupConversation(p, {
      device: { userId, deviceId: device.deviceId, signer: device.signer, bundleVer: 1 },
      current: () => Promise.resolve({ group: client.state, epoch: client.newestEpoch }),
      reading: () => Promise.resolve(client.context()),
      async place(lane, use) {
        const head = heads.get(lane);
        const sealed = await use({
          messageId: p.randomBytes(16) as Bytes16,
          senderSeq: (head?.seq ?? 0) + 1,
          previousHash: lane === 'messages' ? (head?.hash ?? ZERO_HASH) : ZERO_HASH,
          sentAtMs: NOW_MS,
          seen: [],
        });
        heads.set(lane, { seq: (head?.seq ?? 0) + 1, hash: sealed.hash });
        return sealed;
      },
    });
  }

  it('carries what one says to all, in one unbroken chain', async () => {
    const [mine, theirs] = [conversationOf(asAlice), conversationOf(asBob)];
    for (const [index, body] of ['one', 'two', 'three'].entries()) {
      const bytes = await mine.seal({ t: 'text', body }, 'durable');
      expect(await theirs.open(bytes)).toMatchObject({ ok: true, inner: { body }, header: { senderSeq: index + 1 } });
    }
    expect(await theirs.open(await mine.seal({ t: 'typing', on: false }, 'ephemeral'))).toMatchObject({ ok: true });
  });

  it('promises nothing that it cannot keep, and seals under no old epoch', async () => {
    const mine = conversationOf(asAlice);
    expect(await refusalOf(() => mine.seal({ t: 'text', body: 'x' }, 'ephemeral'))).toBe('unsupported');
    expect(await refusalOf(() => mine.seal({ t: 'typing', on: true }, 'durable'))).toBe('unsupported');
    await asAlice.change({ type: 'policy', anyoneRenames: true });
    expect(await refusalOf(() => mine.seal({ t: 'text', body: 'x' }, 'durable'))).toBe('epoch-stale');
    asAlice.epochs.clear();
    expect(await refusalOf(() => mine.seal({ t: 'text', body: 'x' }, 'durable'))).toBe('epoch-stale');
    expect(store.epochs).toHaveLength(2);
  });
});
