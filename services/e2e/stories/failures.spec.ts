import { everyoneCanTalk } from '../src/invariants/everyone-can-talk.js';
import { CALL_PRICE } from '@secureconnect/contracts/credits';
import { ledgerBalances } from '../src/invariants/ledger-balances.js';
import { PaperPage } from '../src/people/paper-page.js';
import { must, type Person } from '../src/people/person.js';
import { readLedger } from '../src/store/ledger.js';
import { storedMessages } from '../src/store/stored-messages.js';
import { eventually, pause } from '../src/waiting/eventually.js';
import { wayToReplicas } from '../src/world/living-replica.js';
import { World } from '../src/world/world.js';

jest.setTimeout(120_000);

let world: World;
beforeAll(async () => {
  world = await World.begin({ signalings: 2 });
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
    expect(acceptedWithoutRedis).toBeGreaterThan(5);
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

const isIn = ({ messenger }: Person, phase: string) =>
  eventually(
    () => messenger.currentCall(),
    (call) => call?.phase === phase,
  );

// the last of them: calls are paid too, and the others count messages alone
describe('story 6: replicas of signaling are killed', () => {
  it('one while it rings, the other one while two talk: the call goes on, ends for both, and is paid once', async () => {
    const replicas = [1, 2].map((number) => world.stack.replica('signaling', number).url);
    const alicesWay = await wayToReplicas(world, replicas);
    const bobsWay = await wayToReplicas(world, replicas.toReversed());
    const place = (signalingSocket: string) => ({
      ...world.place(),
      endpoints: { ...world.endpoints(), signalingSocket },
    });
    const { alice, bob } = await world.aliceAndBob({ alice: place(alicesWay.url), bob: place(bobsWay.url) });
    const both = [await PaperPage.of(alice), await PaperPage.of(bob)];
    const areAt = async (replica: string) => {
      for (const way of [alicesWay, bobsWay])
        await eventually(
          () => way.at(),
          (at) => at === replica,
        );
    };
    await eventually(
      () => [alicesWay.at(), bobsWay.at()],
      (at) => at.join() === replicas.join(),
    );
    const { conversationId } = await alice.conversationWith(bob.username);
    const placed = await eventually(
      () => alice.messenger.placeCall(conversationId),
      ({ ok }) => ok,
    );
    const { callId } = must(placed);
    await isIn(bob, 'ringing');

    await world.stack.kill('signaling-1');
    await areAt(replicas[1]!);
    must(await bob.messenger.acceptCall(callId));
    for (const somebody of [alice, bob]) await isIn(somebody, 'connected');

    const paid = () => readLedger(world.stack.replica('credits').storeFile).entries.filter(({ key }) => key === callId);
    expect(await eventually(paid, ({ length }) => length > 0)).toMatchObject([{ amount: CALL_PRICE }]);

    await world.stack.start('signaling-1');
    await world.stack.kill('signaling-2');
    await areAt(replicas[0]!);
    for (const somebody of [alice, bob]) expect((await somebody.messenger.currentCall())?.phase).toBe('connected');
    await alice.messenger.muteCall(callId, true);
    await eventually(
      () => bob.messenger.currentCall(),
      (call) => call?.people[0]?.muted === true,
    );
    await alice.messenger.hangUp(callId);
    expect((await isIn(bob, 'ended'))?.end).toBe('hung-up');
    for (const page of both)
      await eventually(
        () => page.done,
        (done) => done.at(-1) === 'end',
      );
    expect(paid()).toHaveLength(1);
    await world.stack.start('signaling-2');
  });
});
