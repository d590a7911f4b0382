import { processLocks } from '../src/locks.js';
import type { MessengerEvent } from '../src/messenger.js';
import { fakeWorld } from './fake-world.js';
import { connected, eventually, person, texts, thread, value, type Person } from './person.js';

jest.setTimeout(60_000);
const world = fakeWorld();
const FAR = Number.MAX_SAFE_INTEGER;

const alarms = (somebody: Person) => somebody.events.filter(({ type }) => type === 'alarm');

/** bob, offline with one message read, for tests of what he finds when he comes back. */
async function bobAway() {
  const { alice, bob, conversation } = await world.aliceAndBob();
  value(await alice.messenger.send(conversation.conversationId, 'hello'));
  await eventually(
    () => thread(bob, conversation),
    ({ length }) => length === 1,
  );
  return { alice, bob, conversation };
}

describe('a server that pushes nonsense', () => {
  it('as a receipt raises an alarm and harms nothing', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    world.server.emitTo('bob', 'receipt:arrived', { receipt: new Uint8Array(400) });
    await eventually(
      () => alarms(bob),
      ({ length }) => length > 0,
    );
    value(await alice.messenger.send(conversation.conversationId, 'still here'));
    await eventually(
      () => thread(bob, conversation),
      (messages) => texts(messages).includes('still here'),
    );
  });

  it('at a position far away hides nothing of what is there and of what comes', async () => {
    const { alice, bob, conversation } = await bobAway();
    const { envelope } = world.server.conversations.get(conversation.conversationId)!.messages[0]!;
    world.server.emitTo('bob', 'message:arrived', { seq: FAR, acceptedAtMs: Date.now(), envelope });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(texts(await thread(bob, conversation))).toEqual(['hello']);
    await bob.messenger.close();
    for (let n = 0; n < 260; n++) value(await alice.messenger.send(conversation.conversationId, `m${n}`));
    await eventually(
      () => alice.messenger.unsent(),
      (unsent) => unsent === 0,
      15_000,
    );
    const again = world.keep(person(world.server.origin, { storage: bob.storage, jar: bob.jar }));
    await again.messenger.restore();
    await connected(again);
    const page = await eventually(
      () => thread(again, conversation),
      ({ length }) => length === 261,
    );
    expect(texts(page)).toEqual(['hello', ...Array.from({ length: 260 }, (_, n) => `m${n}`)]);
  });

  it('about how far a conversation reaches is believed until the next true word', async () => {
    const { alice, bob, conversation } = await bobAway();
    const { summary } = world.server.conversations.get(conversation.conversationId)!;
    world.server.emitTo('bob', 'conversation:opened', { conversation: { ...summary, lastSeq: FAR } });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await bob.messenger.close();
    for (let n = 0; n < 260; n++) value(await alice.messenger.send(conversation.conversationId, `m${n}`));
    await eventually(
      () => alice.messenger.unsent(),
      (unsent) => unsent === 0,
      15_000,
    );
    const again = world.keep(person(world.server.origin, { storage: bob.storage, jar: bob.jar }));
    await again.messenger.restore();
    await connected(again);
    const page = await eventually(
      () => thread(again, conversation),
      ({ length }) => length === 261,
    );
    expect(texts(page)).toEqual(['hello', ...Array.from({ length: 260 }, (_, n) => `m${n}`)]);
  });
});

describe('two tabs', () => {
  const toldOf = (tab: Person, good: (event: MessengerEvent & { type: 'message' }) => boolean) =>
    tab.events.some((event) => event.type === 'message' && good(event));

  it('are all told of what comes, and that what went was delivered', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    const locks = processLocks();
    await alice.messenger.close();
    const tabs = [1, 2, 3].map(() =>
      world.keep(person(world.server.origin, { storage: alice.storage, jar: alice.jar, locks })),
    );
    for (const tab of tabs) {
      await tab.messenger.restore();
      await connected(tab);
    }
    for (let n = 0; n < 10; n++) {
      value(await bob.messenger.send(conversation.conversationId, `b${n}`));
      value(await tabs[0]!.messenger.send(conversation.conversationId, `a${n}`));
    }
    for (const tab of tabs) {
      for (let n = 0; n < 10; n++) {
        await eventually(() => toldOf(tab, ({ message }) => texts([message])[0] === `b${n}`), Boolean);
        await eventually(
          () => toldOf(tab, ({ message }) => texts([message])[0] === `a${n}` && message.state === 'delivered'),
          Boolean,
        );
      }
    }
  });
});

describe('a conversation of another kind', () => {
  it('is left alone, without an alarm', async () => {
    const { bob, conversation } = await world.aliceAndBob();
    const { summary } = world.server.conversations.get(conversation.conversationId)!;
    const group = { ...summary, conversationId: 'ab'.repeat(16), kind: 'group', members: [] };
    world.server.emitTo('bob', 'conversation:opened', { conversation: group });
    world.server.emitTo('bob', 'group:changed', { groupId: 'ab'.repeat(16), lastSeq: 1, lastEpoch: 1 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(alarms(bob)).toEqual([]);
    expect(await bob.messenger.conversations()).toHaveLength(1);
  });
});
