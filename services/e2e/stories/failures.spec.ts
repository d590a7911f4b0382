import { everyoneCanTalk } from '../src/invariants/everyone-can-talk.js';
import { ledgerBalances } from '../src/invariants/ledger-balances.js';
import { storedMessages } from '../src/store/stored-messages.js';
import { eventually, pause } from '../src/waiting/eventually.js';
import { World } from '../src/world/world.js';

jest.setTimeout(120_000);

let world: World;
beforeAll(async () => {
  world = await World.begin();
});
afterEach(async () => world.closeEverybody());
afterAll(async () => world.end());

describe('story 4: gateway 1 is killed', () => {
  it('while alice sends 500: every acknowledged message arrives once, every stored one is charged once, nothing else is', async () => {
    const { alice, bob } = await world.aliceAndBob();
    const { conversationId } = await alice.conversationWith(bob.username);
    const texts = Array.from({ length: 500 }, (_, n) => `message ${n}`);
    for (const text of texts) await alice.say(bob.username, text);
    const accepted = async () =>
      alice.events.filter((event) => event.type === 'message' && event.message.outgoing && event.message.seq !== null)
        .length;
    await eventually(accepted, (count) => count > 60);
    await world.stack.kill('messaging-gateway-1');
    expect(await alice.messenger.unsent()).toBeGreaterThan(0);
    const acknowledged = alice.events.flatMap((event) =>
      event.type === 'message' && event.message.outgoing && event.message.seq !== null ? [event.message.messageId] : [],
    );
    await world.stack.start('messaging-gateway-1');

    await eventually(
      () => alice.messenger.unsent(),
      (unsent) => unsent === 0,
      60_000,
    );
    await bob.reads(alice.username, 'message 499');
    expect(await bob.words(alice.username)).toEqual(texts);
    const stored = storedMessages(world.stack.replica('messaging-gateway').storeFile).filter(
      (row) => row.conversationId === conversationId,
    );
    expect(stored).toHaveLength(500);
    expect(stored.map(({ seq }) => seq)).toEqual(texts.map((_, n) => n + 1));
    const held = new Set(stored.map(({ messageId }) => messageId));
    expect(acknowledged.filter((messageId) => !held.has(messageId))).toEqual([]);
    await eventually(
      () => alice.messenger.credits(),
      (credits) => credits === 0,
    );
    await ledgerBalances(world.stack, 60_000);
    // The 501st has nothing to be paid with: its text is kept, and nothing is charged.
    const { messageId } = await alice.say(bob.username, 'one too many');
    await eventually(
      async () => (await alice.thread(bob.username)).find((message) => message.messageId === messageId),
      (message) => message?.state === 'failed' && message.refusal === 'insufficient-credits',
    );
    await ledgerBalances(world.stack);
    expect([...alice.alarms, ...bob.alarms]).toEqual([]);
  });
});

describe('story 4: a browser crashes', () => {
  it('while alice sends 150, and comes back on the other gateway: all of them arrive, once, in order', async () => {
    const { alice, bob } = await world.aliceAndBob();
    const texts = Array.from({ length: 150 }, (_, n) => `message ${n}`);
    for (const text of texts) await alice.say(bob.username, text);
    await eventually(
      async () => (await alice.messenger.unsent()) < 130,
      (isUnderWay) => isUnderWay,
    );
    // What was on the disk at this moment is all that is left; whatever is under way is lost or not, nobody knows.
    const disk = alice.storage.snapshot();
    expect(await alice.messenger.unsent()).toBeGreaterThan(0);
    const back = await world.reloaded(alice, world.place(2), disk);
    await eventually(
      () => back.messenger.unsent(),
      (unsent) => unsent === 0,
      40_000,
    );
    await bob.reads(alice.username, 'message 149');
    expect(await bob.words(alice.username)).toEqual(texts);
    expect(await back.words(bob.username)).toEqual(texts);
    await everyoneCanTalk(back, bob);
    await ledgerBalances(world.stack);
    expect([...back.alarms, ...bob.alarms]).toEqual([]);
  });
});

describe('story 5: Redis is stopped', () => {
  it('for 5 s in the middle of traffic: nothing is lost, and nothing waits for it', async () => {
    const { alice, bob } = await world.aliceAndBob();
    const said: string[] = [];
    let redisIsThere = true;
    let acceptedWithoutRedis = 0;
    alice.messenger.subscribe((event) => {
      if (event.type === 'message' && event.message.state === 'accepted' && event.message.outgoing && !redisIsThere)
        acceptedWithoutRedis++;
    });
    const traffic = (async () => {
      for (let n = 0; n < 80; n++) {
        said.push(`a ${n}`, `b ${n}`);
        await Promise.all([alice.say(bob.username, `a ${n}`), bob.say(alice.username, `b ${n}`)]);
        await pause(100);
      }
    })();
    await pause(1_500);
    await world.stack.stopRedis();
    redisIsThere = false;
    await pause(5_000);
    expect(acceptedWithoutRedis).toBeGreaterThan(20);
    redisIsThere = true;
    await world.stack.startRedis();
    await traffic;

    for (const somebody of [alice, bob]) {
      const other = somebody === alice ? bob : alice;
      const words = await eventually(
        () => somebody.words(other.username),
        (found) => found.length === 160,
        30_000,
      );
      expect([...words].sort()).toEqual([...said].sort());
      for (const sender of ['a', 'b']) {
        expect(words.filter((text) => text.startsWith(sender))).toEqual(said.filter((text) => text.startsWith(sender)));
      }
    }
    await everyoneCanTalk(alice, bob);
    await ledgerBalances(world.stack);
  });
});
