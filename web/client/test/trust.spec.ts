import type { UserId } from '@secureconnect/contracts/ids';
import { fakeWorld } from './fake-world.js';
import { connected, eventually, PASSWORD, person, signUp, talk, texts, thread, value, type Person } from './person.js';

const world = fakeWorld();
const NEXT = 'an entirely different sentence';

const idOf = (username: string) => world.server.account(username).userId;
const alarms = ({ events }: Person) => events.flatMap((event) => (event.type === 'alarm' ? [event.alarm.code] : []));
const tries = async (attempt: Promise<{ ok: boolean; code?: string }>) => (await attempt).code;
const peerOf = async ({ messenger }: Person) => (await messenger.conversations())[0]!.peer;

/** bob starts fresh, elsewhere: to everybody else it looks like a server that swaps his keys. */
async function otherKeysFor(username: string): Promise<Person> {
  const fresh = world.keep(person(world.server.origin));
  const input = { username, proof: { password: PASSWORD }, newPassword: NEXT };
  value(await fresh.messenger.startFresh(input));
  await connected(fresh);
  return fresh;
}
async function verifiedPair() {
  const pair = await world.aliceAndBob();
  value(await pair.alice.messenger.safetyCode(idOf('bob')));
  expect(value(await pair.alice.messenger.markVerified(idOf('bob'))).trust).toBe('verified');
  return pair;
}

describe('the safety number', () => {
  it('is the same on both sides, sixty digits, and other for other people', async () => {
    const { alice, bob } = await world.aliceAndBob();
    const carol = world.keep(await signUp(world.server.origin, 'carol'));
    await talk(alice, 'carol');
    const [one, two] = [
      value(await alice.messenger.safetyCode(idOf('bob'))),
      value(await bob.messenger.safetyCode(idOf('alice'))),
    ];
    expect(one.digits).toMatch(/^\d{60}$/);
    expect(two.digits).toBe(one.digits);
    expect(value(await carol.messenger.safetyCode(idOf('alice'))).digits).not.toBe(one.digits);
    expect(await tries(alice.messenger.safetyCode('00'.repeat(16) as UserId))).toBe('not-found');
  });

  it('[T-25, T-37] differs where the server shows one of them other keys than the other has', async () => {
    const alice = world.keep(await signUp(world.server.origin, 'alice'));
    world.keep(await signUp(world.server.origin, 'bob'));
    const { identityOf } = world.server;
    const before = structuredClone(identityOf.call(world.server, world.server.account('bob')));
    const other = await otherKeysFor('bob');
    world.server.identityOf = (account) =>
      account.username === 'bob' ? before : identityOf.call(world.server, account);
    const here = value(await alice.messenger.safetyCode(idOf('bob')));
    const there = value(await other.messenger.safetyCode(idOf('alice')));
    expect(there.digits).not.toBe(here.digits);
    expect(value(await alice.messenger.compareSafetyCode(idOf('bob'), there.qr))).toBe('mismatch');
    expect(value(await other.messenger.compareSafetyCode(idOf('alice'), here.qr))).toBe('mismatch');
  });

  it('is scanned: only the right code of the right person verifies', async () => {
    const { alice, bob } = await world.aliceAndBob();
    const carol = world.keep(await signUp(world.server.origin, 'carol'));
    const [own, right, others] = [
      value(await alice.messenger.safetyCode(idOf('bob'))).qr,
      value(await bob.messenger.safetyCode(idOf('alice'))).qr,
      value(await carol.messenger.safetyCode(idOf('bob'))).qr,
    ];
    const compare = async (code: Uint8Array) => value(await alice.messenger.compareSafetyCode(idOf('bob'), code));
    expect(await compare(own)).toBe('other-people');
    expect(await compare(others)).toBe('other-people');
    expect(await compare(right.slice(0, 99))).toBe('not-a-code');
    expect(await compare(Uint8Array.from(right, (byte, index) => (index === 30 ? byte ^ 1 : byte)))).toBe('mismatch');
    expect((await peerOf(alice)).trust).toBe('first-use');
    expect(await compare(right)).toBe('match');
    expect((await peerOf(alice)).trust).toBe('verified');
    const history = await alice.messenger.trustHistory(idOf('bob'));
    expect(history.map(({ what, method }) => [what, method])).toEqual([
      ['first-use', null],
      ['verified', 'code'],
    ]);
  });

  it('that was shown does not verify keys that came after it', async () => {
    const { alice } = await world.aliceAndBob();
    value(await alice.messenger.safetyCode(idOf('bob')));
    await otherKeysFor('bob');
    await eventually(
      () => peerOf(alice),
      ({ trust }) => trust === 'changed',
    );
    expect(await tries(alice.messenger.markVerified(idOf('bob')))).toBe('peer-keys-changed');
  });
});

describe('what a person has verified', () => {
  it('is known on every device, through the vault, and can be taken back there', async () => {
    const { alice } = await verifiedPair();
    await eventually(
      () => world.server.account('alice').vault.items.length,
      (items) => items === 4,
    );
    const phone = world.keep(person(world.server.origin));
    value(await phone.messenger.logIn({ username: 'alice', password: PASSWORD }));
    await connected(phone);
    await eventually(
      () => phone.messenger.conversations(),
      (list) => list[0]?.peer.trust === 'verified',
    );
    expect(value(await phone.messenger.unmarkVerified(idOf('bob'))).trust).toBe('first-use');
    await eventually(
      async () => {
        world.server.cutSockets();
        await new Promise((resolve) => setTimeout(resolve, 300));
        return (await peerOf(alice)).trust;
      },
      (trust) => trust === 'first-use',
      15_000,
    );
    expect((await phone.messenger.trustHistory(idOf('bob'))).at(-1)).toMatchObject({ what: 'unverified' });
  });

  it('[T-23, T-24] is nothing that a server can set, or set back', async () => {
    const { alice } = await world.aliceAndBob();
    await eventually(
      () => world.server.account('alice').vault.items.length,
      (items) => items === 4,
    );
    const before = structuredClone(world.server.account('alice').vault);
    value(await alice.messenger.safetyCode(idOf('bob')));
    value(await alice.messenger.markVerified(idOf('bob')));
    const account = world.server.account('alice');
    await eventually(
      () => account.vault.seq,
      (seq) => seq > before.seq,
    );
    const verified = structuredClone(account.vault);
    // Set back: the vault of before, as it was.
    account.vault = before;
    world.server.cutSockets();
    await eventually(
      () => alarms(alice),
      (codes) => codes.includes('vault-rolled-back'),
    );
    expect((await peerOf(alice)).trust).toBe('verified');
    // Set: an item of the later vault in the earlier one.
    const clean = world.keep(person(world.server.origin));
    account.vault = { ...before, items: verified.items };
    expect(await tries(clean.messenger.logIn({ username: 'alice', password: PASSWORD }))).toBe('vault-refused-here');
  });

  it('[T-26] holds sending when the keys change, until they are compared again; what was written is kept', async () => {
    const { alice, conversation } = await verifiedPair();
    const fresh = await otherKeysFor('bob');
    await eventually(
      () => peerOf(alice),
      ({ trust }) => trust === 'changed',
    );
    expect(alarms(alice)).toContain('peer-keys-changed');
    value(await alice.messenger.send(conversation.conversationId, 'for bob alone'));
    expect(await tries(alice.messenger.acceptNewKeys(idOf('bob')))).toBe('peer-keys-changed');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await thread(alice, conversation)).at(-1)).toMatchObject({ state: 'sending' });
    expect(world.server.conversations.get(conversation.conversationId)!.messages).toHaveLength(0);

    const { qr } = value(await fresh.messenger.safetyCode(idOf('alice')));
    expect(value(await alice.messenger.compareSafetyCode(idOf('bob'), qr))).toBe('match');
    expect((await peerOf(alice)).trust).toBe('verified');
    await eventually(
      () => thread(fresh, conversation).catch(() => []),
      (list) => texts(list).includes('for bob alone'),
    );
    const history = await alice.messenger.trustHistory(idOf('bob'));
    expect(history.map(({ what }) => what)).toEqual([
      'first-use',
      'verified',
      'keys-changed',
      'change-accepted',
      'verified',
    ]);
  });

  it('[T-26] may be given up first by a person who cannot compare', async () => {
    const { alice } = await verifiedPair();
    await otherKeysFor('bob');
    await eventually(
      () => peerOf(alice),
      ({ trust }) => trust === 'changed',
    );
    expect(value(await alice.messenger.unmarkVerified(idOf('bob'))).trust).toBe('changed');
    expect(value(await alice.messenger.acceptNewKeys(idOf('bob'))).trust).toBe('first-use');
  });
});

describe('keys that changed', () => {
  it('are accepted on one device for all of them', async () => {
    const { alice, conversation } = await world.aliceAndBob();
    const phone = world.keep(person(world.server.origin));
    value(await phone.messenger.logIn({ username: 'alice', password: PASSWORD }));
    await connected(phone);
    const fresh = await otherKeysFor('bob');
    for (const device of [alice, phone])
      await eventually(
        () => peerOf(device),
        ({ trust }) => trust === 'changed',
      );
    value(await phone.messenger.acceptNewKeys(idOf('bob')));
    await eventually(
      async () => {
        world.server.cutSockets();
        await new Promise((resolve) => setTimeout(resolve, 300));
        return (await peerOf(alice)).trust;
      },
      (trust) => trust === 'first-use',
      15_000,
    );
    value(await alice.messenger.send(conversation.conversationId, 'to the new keys'));
    await eventually(
      () => thread(fresh, conversation).catch(() => []),
      (list) => texts(list).includes('to the new keys'),
      15_000,
    );
  });
});
