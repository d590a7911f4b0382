import { fakeWorld } from './fake-world.js';
import { connected, eventually, PASSWORD, person, texts, thread, value, type Person } from './person.js';

const world = fakeWorld();

/** alice's text, as both have it. */
async function said(body: string) {
  const { alice, bob, conversation } = await world.aliceAndBob();
  const { conversationId } = conversation;
  const { messageId } = value(await alice.messenger.send(conversationId, body));
  await eventually(
    () => thread(bob, conversation),
    ({ length }) => length === 1,
  );
  await eventually(
    () => thread(alice, conversation),
    ([first]) => first?.seq === 1,
  );
  return { alice, bob, conversation, conversationId, messageId };
}

const first = async (somebody: Person, conversation: Parameters<typeof thread>[1]) =>
  (await thread(somebody, conversation))[0]!;

describe('an own message', () => {
  it('is edited for all, and devices that come later see it so', async () => {
    const { alice, bob, conversation, conversationId, messageId } = await said('helo');
    expect(value(await alice.messenger.edit(conversationId, messageId, 'hello'))).toMatchObject({
      messageId,
      content: { kind: 'text', body: 'hello' },
    });
    await eventually(
      () => thread(bob, conversation),
      (messages) => texts(messages).join() === 'hello' && messages[0]!.editedAtMs !== null,
    );
    await eventually(
      () => bob.events,
      (events) => events.some((event) => event.type === 'message' && texts([event.message])[0] === 'hello'),
    );
    expect(await bob.messenger.conversations()).toMatchObject([{ unread: 1, last: { content: { body: 'hello' } } }]);
    const laptop = world.keep(person(world.server.origin));
    value(await laptop.messenger.logIn({ username: 'alice', password: PASSWORD }));
    await connected(laptop);
    await eventually(
      () => laptop.messenger.conversations(),
      ([view]) => JSON.stringify(view?.last?.content ?? null).includes('hello'),
    );
    expect(texts(await thread(laptop, conversation))).toEqual(['hello']);
    expect(world.server.account('alice').available).toBe(498);
  });

  it('is taken back for all', async () => {
    const { alice, bob, conversation, conversationId, messageId } = await said('oh no');
    expect(value(await alice.messenger.deleteForAll(conversationId, messageId)).content).toEqual({ kind: 'deleted' });
    await eventually(
      () => first(bob, conversation),
      ({ content }) => content.kind === 'deleted',
    );
    await eventually(
      () => alice.messenger.unsent(),
      (unsent) => unsent === 0,
    );
    expect(await alice.messenger.edit(conversationId, messageId, 'back again')).toEqual({
      ok: false,
      code: 'not-found',
    });
    expect(await bob.messenger.react(conversationId, messageId, '👍')).toEqual({ ok: false, code: 'not-found' });
  });

  it('shows why a change was not taken, and retries or drops it', async () => {
    const { alice, bob, conversation, conversationId, messageId } = await said('helo');
    world.server.account('alice').available = 0;
    value(await alice.messenger.edit(conversationId, messageId, 'hello'));
    await eventually(
      () => first(alice, conversation),
      ({ refusal }) => refusal === 'insufficient-credits',
    );
    expect(texts(await thread(alice, conversation))).toEqual(['helo']);
    await alice.messenger.discard(messageId);
    expect((await first(alice, conversation)).refusal).toBeNull();
    value(await alice.messenger.edit(conversationId, messageId, 'hello!'));
    await eventually(
      () => first(alice, conversation),
      ({ refusal }) => refusal === 'insufficient-credits',
    );
    world.server.account('alice').available = 5;
    value(await alice.messenger.retry(messageId));
    await eventually(
      () => thread(bob, conversation),
      (messages) => texts(messages).join() === 'hello!',
    );
  });
});

describe('somebody else’s message', () => {
  it('is neither edited nor taken back', async () => {
    const { bob, conversationId, messageId } = await said('mine');
    const refused = { ok: false, code: 'not-found' };
    expect(await bob.messenger.edit(conversationId, messageId, 'yours')).toEqual(refused);
    expect(await bob.messenger.deleteForAll(conversationId, messageId)).toEqual(refused);
  });

  it('is reacted to, with one symbol at a time', async () => {
    const { alice, bob, conversation, conversationId, messageId } = await said('what do you say?');
    const { userId } = world.server.account('bob');
    for (const symbol of ['👍', '🎉'])
      expect(value(await bob.messenger.react(conversationId, messageId, symbol)).reactions).toEqual([
        { symbol, senders: [userId] },
      ]);
    await eventually(
      () => first(alice, conversation),
      ({ reactions }) => reactions.length === 1 && reactions[0]!.symbol === '🎉',
    );
    value(await bob.messenger.react(conversationId, messageId, null));
    await eventually(
      () => first(alice, conversation),
      ({ reactions }) => reactions.length === 0,
    );
    expect(await bob.messenger.react(conversationId, messageId, 'not a symbol')).toEqual({
      ok: false,
      code: 'text-too-long',
    });
  });

  it('is quoted, and the quote is what was said', async () => {
    const { alice, bob, conversation, conversationId, messageId } = await said('shall we?');
    const quote = { known: true, messageId, body: 'shall we?', altered: false };
    expect(value(await bob.messenger.send(conversationId, 'yes', messageId)).quote).toMatchObject(quote);
    const answer = (
      await eventually(
        () => thread(alice, conversation),
        ({ length }) => length === 2,
      )
    )[1]!;
    expect(answer).toMatchObject({ content: { body: 'yes' }, quote });
    expect(await bob.messenger.send(conversationId, 'what?', 'ff'.repeat(16) as typeof messageId)).toEqual({
      ok: false,
      code: 'not-found',
    });
  });
});

describe('a server that redacts', () => {
  it('changes nothing of what is here: it has signed nothing [T-54]', async () => {
    const { bob, conversation } = await said('what alice said');
    const { messages } = world.server.conversations.get(conversation.conversationId)!;
    const [stored] = messages;
    world.server.emitTo('bob', 'message:arrived', { ...stored!, envelope: new Uint8Array(500) });
    messages[0] = {
      ...stored!,
      envelope: Uint8Array.from(stored!.envelope, (byte, index) => (index > 600 ? 0 : byte)),
    };
    world.server.emitTo('bob', 'message:arrived', messages[0]);
    await eventually(
      () => bob.events,
      (events) => events.filter((event) => event.type === 'alarm').length >= 2,
    );
    await bob.messenger.lookAgain(conversation.conversationId);
    expect(texts(await thread(bob, conversation))).toEqual(['what alice said']);
  });
});

describe('a page', () => {
  it('is full of messages, however many changes stand between them', async () => {
    const { alice, conversation, conversationId, messageId } = await said('m0');
    for (let n = 0; n < 30; n++) value(await alice.messenger.react(conversationId, messageId, n % 2 ? '👍' : '🎉'));
    for (let n = 1; n < 4; n++) value(await alice.messenger.send(conversationId, `m${n}`));
    for (let n = 0; n < 30; n++) value(await alice.messenger.react(conversationId, messageId, n % 2 ? '👍' : '🎉'));
    await eventually(
      () => alice.messenger.unsent(),
      (unsent) => unsent === 0,
    );
    expect(texts(await thread(alice, conversation, 3))).toEqual(['m1', 'm2', 'm3']);
    expect(texts(await thread(alice, conversation, 4))).toEqual(['m0', 'm1', 'm2', 'm3']);
    expect(await alice.messenger.conversations()).toMatchObject([{ last: { content: { body: 'm3' } } }]);
  });
});
