import { processLocks } from '../src/locks.js';
import { fakeWorld } from './fake-world.js';
import { connected, eventually, person, texts, thread, value } from './person.js';

const world = fakeWorld();

describe('sending', () => {
  it('sends the same bytes again when the answer was lost, and shows the message once', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    let silent = true;
    world.server.refuse = (command) => (command === 'message:send' && silent ? 'silence' : null);
    value(await alice.messenger.send(conversation.conversationId, 'did it arrive?'));
    await eventually(
      () => thread(bob, conversation),
      ({ length }) => length === 1,
    );
    silent = false;
    world.server.cutSockets();
    await eventually(
      () => thread(alice, conversation),
      ([first]) => first?.state === 'delivered',
    );
    expect(await alice.messenger.unsent()).toBe(0);
    expect(texts(await thread(alice, conversation))).toEqual(['did it arrive?']);
    expect(world.server.account('alice').available).toBe(499);
  });

  it('keeps the text when credits run out, and seals it anew at its right place on retry', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    world.server.account('alice').available = 1;
    for (const body of ['paid', 'unpaid 1', 'unpaid 2'])
      value(await alice.messenger.send(conversation.conversationId, body));
    const stuck = await eventually(
      () => thread(alice, conversation),
      (messages) => messages.filter(({ state }) => state === 'failed').length === 2,
    );
    expect(stuck.filter(({ state }) => state === 'failed')).toMatchObject([
      { content: { body: 'unpaid 1' }, refusal: 'insufficient-credits' },
      { content: { body: 'unpaid 2' }, refusal: 'insufficient-credits' },
    ]);
    world.server.account('alice').available = 10;
    const [first, second] = stuck.filter(({ state }) => state === 'failed');
    value(await alice.messenger.retry(second!.messageId));
    await eventually(
      () => thread(bob, conversation),
      ({ length }) => length === 2,
    );
    value(await alice.messenger.retry(first!.messageId));
    const received = await eventually(
      () => thread(bob, conversation),
      ({ length }) => length === 3,
    );
    expect(texts(received)).toEqual(['paid', 'unpaid 2', 'unpaid 1']);
  });

  it('discards what was not accepted', async () => {
    const { alice, conversation } = await world.aliceAndBob();
    world.server.account('alice').available = 0;
    const { messageId } = value(await alice.messenger.send(conversation.conversationId, 'never mind'));
    await eventually(
      () => thread(alice, conversation),
      ([first]) => first?.state === 'failed',
    );
    await alice.messenger.discard(messageId);
    expect(await thread(alice, conversation)).toEqual([]);
    expect(alice.events).toContainEqual({
      type: 'message-removed',
      conversationId: conversation.conversationId,
      messageId,
    });
    world.server.account('alice').available = 5;
    value(await alice.messenger.send(conversation.conversationId, 'this instead'));
    await eventually(
      () => thread(alice, conversation),
      ([first]) => first?.seq === 1,
    );
  });

  it.each(['credits-unavailable', 'unavailable', 'throttled', 'internal'])('tries again after %s', async (code) => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    let refusals = 2;
    world.server.refuse = (command) => (command === 'message:send' && refusals-- > 0 ? code : null);
    for (const body of ['one', 'two', 'three']) value(await alice.messenger.send(conversation.conversationId, body));
    expect(
      texts(
        await eventually(
          () => thread(bob, conversation),
          ({ length }) => length === 3,
        ),
      ),
    ).toEqual(['one', 'two', 'three']);
  });

  it('from two tabs of one device keeps one chain', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    const locks = processLocks();
    await alice.messenger.close();
    const tabs = [
      world.keep(person(world.server.origin, { storage: alice.storage, jar: alice.jar, locks })),
      world.keep(person(world.server.origin, { storage: alice.storage, jar: alice.jar, locks })),
    ];
    for (const tab of tabs) {
      await tab.messenger.restore();
      await connected(tab);
    }
    await Promise.all(
      tabs.flatMap((tab, t) =>
        Array.from({ length: 25 }, (_, n) =>
          tab.messenger.send(conversation.conversationId, `tab${t} ${n}`).then(value),
        ),
      ),
    );
    const received = await eventually(
      () => thread(bob, conversation),
      ({ length }) => length === 50,
    );
    expect(new Set(texts(received)).size).toBe(50);
    await eventually(
      () => tabs[0]!.messenger.unsent(),
      (unsent) => unsent === 0,
    );
    expect(world.server.account('alice').available).toBe(450);
  });

  it.each(['', 'x'.repeat(16_001), '\ud800'])('refuses a text that no reader would take', async (body) => {
    const { alice, conversation } = await world.aliceAndBob();
    expect(await alice.messenger.send(conversation.conversationId, body)).toEqual({ ok: false, code: 'text-too-long' });
  });
});
