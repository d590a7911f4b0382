import { fakeWorld } from './fake-world.js';
import { eventually, thread, value, type Person } from './person.js';

const world = fakeWorld();

const ALL = { readReceipts: true, typing: true, presence: true };
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 700));
const stateOf = async (somebody: Person, conversation: Parameters<typeof thread>[1]) =>
  (await thread(somebody, conversation))[0]?.state;

/** Both know each other, and each has read nothing yet of what the other wrote. */
async function acquainted() {
  const { alice, bob, conversation } = await world.aliceAndBob();
  value(await alice.messenger.send(conversation.conversationId, 'hello'));
  await eventually(
    () => stateOf(alice, conversation),
    (state) => state === 'delivered',
  );
  return { alice, bob, conversation };
}

describe('who does not tell', () => {
  it('what was read sends no such receipt, and is not told either', async () => {
    const { alice, bob, conversation } = await acquainted();
    value(await bob.messenger.setPrivacy({ ...ALL, readReceipts: false }));
    await bob.messenger.markRead(conversation.conversationId);
    await aWhile();
    expect(await stateOf(alice, conversation)).toBe('delivered');
    const { messageId } = value(await bob.messenger.send(conversation.conversationId, 'hello yourself'));
    await eventually(
      () => thread(alice, conversation),
      ({ length }) => length === 2,
    );
    await alice.messenger.markRead(conversation.conversationId);
    await aWhile();
    const own = (await thread(bob, conversation)).find((message) => message.messageId === messageId);
    expect(own?.state).toBe('delivered');
    value(await bob.messenger.setPrivacy(ALL));
    const shown = (await thread(bob, conversation)).find((message) => message.messageId === messageId);
    expect(shown?.state).toBe('read');
  });

  it('that he types, is not shown that others do', async () => {
    const { alice, bob, conversation } = await acquainted();
    value(await bob.messenger.setPrivacy({ ...ALL, typing: false }));
    await alice.messenger.typing(conversation.conversationId, true);
    await bob.messenger.typing(conversation.conversationId, true);
    await aWhile();
    expect([...alice.events, ...bob.events].filter(({ type }) => type === 'typing')).toEqual([]);
  });

  it('that he is here, has the server told so at once', async () => {
    const { alice, bob } = await acquainted();
    const { userId } = world.server.account('bob');
    await alice.messenger.watchPresence([userId]);
    const newest = () => alice.events.findLast((event) => event.type === 'presence')?.presence.online;
    await eventually(newest, (online) => online === true);
    value(await bob.messenger.setPrivacy({ ...ALL, presence: false }));
    await eventually(newest, (online) => online === null);
    expect(world.server.visible.get(userId)).toBe(false);
  });
});
