import { everyoneCanTalk } from '../src/invariants/everyone-can-talk.js';
import { ledgerBalances } from '../src/invariants/ledger-balances.js';
import type { Person } from '../src/people/person.js';
import { eventually } from '../src/waiting/eventually.js';
import { World } from '../src/world/world.js';

// A machine under load takes its time: what is wrong fails by what it says, not by the clock.
jest.setTimeout(240_000);

let world: World;
beforeAll(async () => {
  world = await World.begin();
});
afterEach(async () => world.closeEverybody());
afterAll(async () => world.end());

const numbered = (word: string, count: number) => Array.from({ length: count }, (_, n) => `${word} ${n}`);

async function allDelivered(sender: Person, reader: Person, count: number): Promise<void> {
  await eventually(
    async () =>
      (await sender.thread(reader.username)).filter(({ outgoing, state }) => outgoing && state === 'delivered').length,
    (delivered) => delivered === count,
    120_000,
  );
}

describe('story 1: alice on gateway 1 and bob on gateway 2', () => {
  it('exchange 200 messages both ways: in order, none twice, all states reached, 200 credits each', async () => {
    const { alice, bob } = await world.aliceAndBob();
    expect([await alice.connected(), await bob.connected()]).toEqual(['messaging-gateway-1', 'messaging-gateway-2']);
    for (let n = 0; n < 200; n++) {
      await Promise.all([alice.say(bob.username, `a ${n}`), bob.say(alice.username, `b ${n}`)]);
    }
    await allDelivered(alice, bob, 200);
    await allDelivered(bob, alice, 200);
    const [hers, his] = [await alice.words(bob.username), await bob.words(alice.username)];
    expect(hers).toEqual(his);
    expect(hers).toHaveLength(400);
    expect(hers.filter((words) => words.startsWith('a'))).toEqual(numbered('a', 200));
    expect(hers.filter((words) => words.startsWith('b'))).toEqual(numbered('b', 200));
    expect(alice.statesSeen).toEqual(['sending', 'encrypted', 'accepted', 'delivered']);
    expect(bob.statesSeen).toEqual(['sending', 'encrypted', 'accepted', 'delivered']);
    await eventually(
      () => Promise.all([alice.messenger.credits(), bob.messenger.credits()]),
      (credits) => credits.every((left) => left === 300),
    );
    expect([...alice.alarms, ...bob.alarms]).toEqual([]);
    await ledgerBalances(world.stack);
  });
});

describe('story 2: bob', () => {
  it('logs in on a clean browser with his password only, reads everything and goes on', async () => {
    const { alice, bob } = await world.aliceAndBob();
    for (const text of numbered('before', 70)) await alice.say(bob.username, text);
    await bob.reads(alice.username, 'before 69');
    await bob.say(alice.username, 'an answer from the old browser');
    await alice.reads(bob.username, 'an answer from the old browser');
    const history = await bob.words(alice.username);
    await bob.messenger.logOut();
    expect(bob.storage.dump().filter(({ database }) => database !== 'secureconnect')).toEqual([]);

    const clean = world.elsewhere(bob, world.place(1));
    await clean.logIn();
    await clean.reads(alice.username, 'an answer from the old browser');
    expect(await clean.words(alice.username)).toEqual(history);
    expect((await clean.conversationWith(alice.username)).peer.trust).toBe('first-use');
    await everyoneCanTalk(alice, clean);
    expect([...alice.alarms, ...clean.alarms]).toEqual([]);
  });
});

describe('story 3: bob is offline', () => {
  it('alice sends 50, bob comes back on the other replica: 50, in order, once', async () => {
    const { alice, bob } = await world.aliceAndBob();
    await bob.messenger.close();
    for (const text of numbered('meanwhile', 50)) await alice.say(bob.username, text);
    await eventually(
      () => alice.messenger.unsent(),
      (unsent) => unsent === 0,
    );
    expect((await alice.thread(bob.username)).map(({ state }) => state)).toEqual(new Array(50).fill('accepted'));

    const back = await world.reloaded(bob, world.place(1));
    expect(await back.connected()).toBe('messaging-gateway-1');
    await back.reads(alice.username, 'meanwhile 49');
    expect(await back.words(alice.username)).toEqual(numbered('meanwhile', 50));
    expect((await back.conversationWith(alice.username)).unread).toBe(50);
    await allDelivered(alice, back, 50);
    expect([...alice.alarms, ...back.alarms]).toEqual([]);
    await ledgerBalances(world.stack);
  });
});
