import { readEnvelope } from '@secureconnect/contracts/signed/envelope';
import { toHex } from '@secureconnect/contracts/encoding';
import { createHash } from 'node:crypto';
import { envelopeHashPreimage } from '@secureconnect/contracts/signed/envelope';
import { processLocks } from '../src/locks.js';
import { fakeWorld } from './fake-world.js';
import { connected, eventually, PASSWORD, person, texts, thread, value, type Person } from './person.js';

jest.setTimeout(180_000);
const world = fakeWorld();

/** Another tab of the same browser: one storage, one cookie jar, one set of locks. */
async function tabOf(first: Person, locks = processLocks()): Promise<Person> {
  const tab = world.keep(person(world.server.origin, { storage: first.storage, jar: first.jar, locks }));
  expect((await tab.messenger.restore()).state).toBe('signed-in');
  await connected(tab);
  return tab;
}
const alarms = ({ events }: Person) => events.flatMap((event) => (event.type === 'alarm' ? [event.alarm.code] : []));

describe('two tabs', () => {
  it.each([
    ['that share locks', 250, true],
    ['whose locks do not work', 50, false],
  ])(
    '[T-84] %s are one device with one sequence, with %i sends each: no gap, no fork, each once',
    async (_, each, shared) => {
      const { alice, bob, conversation } = await world.aliceAndBob();
      await alice.messenger.close();
      const locks = processLocks();
      const tabs = [await tabOf(alice, locks), await tabOf(alice, shared ? locks : processLocks())];
      world.server.account('alice').available = 1_000;
      await Promise.all(
        tabs.map(async ({ messenger }, tab) => {
          for (let n = 0; n < each; n++)
            value(await messenger.send(conversation.conversationId, `tab ${tab} text ${n}`));
        }),
      );
      const stored = () => world.server.conversations.get(conversation.conversationId)!.messages;
      await eventually(
        () => stored().length,
        (count) => count >= 2 * each,
        100_000,
      );
      let previous = '00'.repeat(32);
      for (const [index, { envelope }] of stored().entries()) {
        const { header } = readEnvelope(envelope);
        expect(header.senderSeq).toBe(index + 1);
        expect(toHex(header.previousHash)).toBe(previous);
        previous = createHash('sha256').update(envelopeHashPreimage(envelope)).digest('hex');
      }
      const read = await eventually(
        () => thread(bob, conversation),
        (list) => list.length === 2 * each,
        60_000,
      );
      const wanted = tabs.flatMap((__, tab) => Array.from({ length: each }, (___, n) => `tab ${tab} text ${n}`));
      expect(new Set(texts(read))).toEqual(new Set(wanted));
      expect([...alarms(tabs[0]!), ...alarms(tabs[1]!), ...alarms(bob)]).toEqual([]);
      await Promise.all(tabs.map(({ messenger }) => messenger.close()));
    },
  );

  it('have a socket each: what comes is in both, and one that closes takes nothing from the other', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    const tab = await tabOf(alice);
    value(await bob.messenger.send(conversation.conversationId, 'to both'));
    for (const each of [alice, tab]) {
      await eventually(
        () => thread(each, conversation),
        (list) => texts(list).includes('to both'),
      );
    }
    await alice.messenger.close();
    value(await bob.messenger.send(conversation.conversationId, 'to one'));
    await eventually(
      () => thread(tab, conversation),
      (list) => texts(list).includes('to one'),
    );
  });

  it('write the vault at once, with another device, and nothing of it is lost', async () => {
    const { alice } = await world.aliceAndBob();
    const phone = world.keep(person(world.server.origin));
    value(await phone.messenger.logIn({ username: 'alice', password: PASSWORD }));
    await connected(phone);
    const tab = await tabOf(alice, processLocks());
    const list = value(await alice.messenger.devices());
    const [first, second] = list.map(({ deviceId }) => deviceId);
    await Promise.all([
      alice.messenger.renameDevice(first!, 'the desk').then(value),
      phone.messenger.renameDevice(second!, 'the phone').then(value),
      tab.messenger.setPrivacy({ readReceipts: false, typing: true, presence: true }).then(value),
      phone.messenger.setPrivacy({ readReceipts: true, typing: false, presence: true }).then(value),
    ]);
    const clean = world.keep(person(world.server.origin));
    value(await clean.messenger.logIn({ username: 'alice', password: PASSWORD }));
    await connected(clean);
    const names = value(await clean.messenger.devices()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['the desk', 'the phone']));
    await eventually(
      async () => {
        await clean.messenger.devices();
        return clean.messenger.privacy();
      },
      ({ readReceipts, typing }) => !readReceipts && !typing,
      15_000,
    );
    expect(alarms(clean)).toEqual([]);
  });
});

describe('a browser that has lost what it kept', () => {
  it('says so, and the password brings everything back', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    value(await bob.messenger.send(conversation.conversationId, 'remember me'));
    const [own] = value(await alice.messenger.devices());
    value(await alice.messenger.renameDevice(own!.deviceId, 'the desk'));
    await alice.messenger.close();
    // The account's database goes, the small one stays.
    await alice.storage.destroy(`secureconnect-${world.server.account('alice').userId}`);
    const reloaded = world.keep(person(world.server.origin, { storage: alice.storage, jar: alice.jar }));
    expect(await reloaded.messenger.restore()).toEqual({ state: 'signed-out', endedBy: 'storage-lost' });
    value(await reloaded.messenger.logIn({ username: 'alice', password: PASSWORD }));
    await connected(reloaded);
    await eventually(
      () => thread(reloaded, conversation).catch(() => []),
      (list) => texts(list).includes('remember me'),
    );
    expect(value(await reloaded.messenger.devices()).map(({ name }) => name)).toContain('the desk');
  });

  it.each(['account', 'device'])('says so while it runs: the database of the %s', async (which) => {
    const { alice } = await world.aliceAndBob();
    const { userId } = world.server.account('alice');
    await alice.storage.destroy(which === 'account' ? `secureconnect-${userId}` : 'secureconnect');
    await eventually(
      () => alice.events.findLast((event) => event.type === 'session'),
      (event) =>
        event?.type === 'session' && event.session.state === 'signed-out' && event.session.endedBy === 'storage-lost',
    );
  });

  it('because somebody starts fresh in another tab does not end what begins there', async () => {
    const { alice } = await world.aliceAndBob();
    const tab = world.keep(person(world.server.origin, { storage: alice.storage, jar: alice.jar }));
    const proof = { password: PASSWORD };
    value(await tab.messenger.startFresh({ username: 'alice', proof, newPassword: 'an entirely different sentence' }));
    await eventually(
      () => alice.events.findLast((event) => event.type === 'session'),
      (event) => event?.type === 'session' && event.session.state === 'signed-out',
    );
    await tab.messenger.close();
    const reloaded = world.keep(person(world.server.origin, { storage: alice.storage, jar: alice.jar }));
    expect((await reloaded.messenger.restore()).state).toBe('signed-in');
  });

  it.each(['keys', 'meta'] as const)(
    'in part, in the table of %s, says so as well and opens nothing',
    async (table) => {
      const { alice } = await world.aliceAndBob();
      await alice.messenger.close();
      const name = `secureconnect-${world.server.account('alice').userId}`;
      const store = await alice.storage.open(name);
      const keys = table === 'keys' ? [['vault-key']] : [['vault'], ['session']];
      await store.commit({ remove: keys.map((key) => ({ table, key })) });
      store.close();
      const reloaded = world.keep(person(world.server.origin, { storage: alice.storage, jar: alice.jar }));
      expect(await reloaded.messenger.restore()).toEqual({ state: 'signed-out', endedBy: 'storage-lost' });
      value(await reloaded.messenger.logIn({ username: 'alice', password: PASSWORD }));
      await connected(reloaded);
    },
  );
});
