import type { MessengerEvent } from '../src/messenger.js';
import { fakeWorld } from './fake-world.js';
import { connected, eventually, signUp, talk, value, type Person } from './person.js';

const world = fakeWorld();

const eventsOf = <Type extends MessengerEvent['type']>(somebody: Person, type: Type) =>
  somebody.events.filter((event): event is MessengerEvent & { type: Type } => event.type === type);
const typingOf = (somebody: Person) => eventsOf(somebody, 'typing').map(({ isTyping }) => isTyping);
const presenceOf = (somebody: Person) => eventsOf(somebody, 'presence').map(({ presence }) => presence.online);
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 500));

/** What the server relays, so that it can be relayed again. */
function overheard(): { commands: string[] } {
  const heard = { commands: [] as string[] };
  world.server.refuse = (command) => {
    heard.commands.push(command);
    return null;
  };
  return heard;
}

/** Both know each other. */
async function acquainted() {
  const { alice, bob, conversation } = await world.aliceAndBob();
  await eventually(
    () => bob.messenger.conversations(),
    ([first]) => first?.standing === 'open',
  );
  return { alice, bob, conversationId: conversation.conversationId };
}

describe('typing', () => {
  it('is told, not at every key, and ends when the person stops', async () => {
    const { alice, bob, conversationId } = await acquainted();
    const heard = overheard();
    for (let key = 0; key < 20; key++) await alice.messenger.typing(conversationId, true);
    await eventually(
      () => typingOf(bob),
      (told) => told.join() === 'true',
    );
    expect(heard.commands.filter((command) => command === 'ephemeral:send')).toHaveLength(1);
    await alice.messenger.typing(conversationId, false);
    await eventually(
      () => typingOf(bob),
      (told) => told.join() === 'true,false',
    );
    expect(typingOf(alice)).toEqual([]);
  });

  it('ends by itself after six seconds of silence', async () => {
    const { alice, bob, conversationId } = await acquainted();
    await alice.messenger.typing(conversationId, true);
    await eventually(
      () => typingOf(bob),
      (told) => told.join() === 'true,false',
      9_000,
    );
  });

  it('is not told to a stranger whose request waits, nor shown', async () => {
    const alice = world.keep(await signUp(world.server.origin, 'alice'));
    const bob = world.keep(await signUp(world.server.origin, 'bob', { acceptsRequests: false }));
    const { conversationId } = await talk(alice, 'bob');
    await eventually(
      () => bob.messenger.conversations(),
      ({ length }) => length === 1,
    );
    await bob.messenger.typing(conversationId, true);
    await alice.messenger.typing(conversationId, true);
    await aWhile();
    expect([...typingOf(alice), ...typingOf(bob)]).toEqual([]);
  });

  it('is forged by nobody: what does not open says nothing', async () => {
    const { alice, bob, conversationId } = await acquainted();
    value(await alice.messenger.send(conversationId, 'hello'));
    const { messages } = world.server.conversations.get(conversationId)!;
    await eventually(
      () => messages.length,
      (length) => length === 1,
    );
    const { envelope } = messages[0]!;
    const altered = Uint8Array.from(envelope, (byte, index) => (index === 5 ? 7 : byte));
    for (const bytes of [new Uint8Array(500), envelope, altered])
      world.server.emitTo('bob', 'ephemeral:arrived', { envelope: bytes });
    await aWhile();
    expect(typingOf(bob)).toEqual([]);
  });
});

describe('presence', () => {
  it('is told of people who are watched, and asked for again after a reconnect', async () => {
    const { alice, bob } = await acquainted();
    await eventually(
      () => world.server.visible.size,
      (size) => size === 2,
    );
    const { userId } = world.server.account('bob');
    await alice.messenger.watchPresence([userId]);
    await eventually(
      () => presenceOf(alice),
      (told) => told.at(-1) === true,
    );
    await bob.messenger.close();
    world.server.cutSockets();
    await connected(alice);
    await eventually(
      () => eventsOf(alice, 'presence').at(-1)?.presence,
      (presence) => presence?.online === false && presence.lastSeenAtMs === 60_000,
    );
    await alice.messenger.watchPresence([]);
    expect(presenceOf(alice).at(-1)).toBeNull();
  });

  it('of people whom nobody asked for goes nowhere', async () => {
    const { alice } = await acquainted();
    const { userId } = world.server.account('bob');
    world.server.emitTo('alice', 'presence:changed', { userId, online: true, lastSeenAtMs: null });
    await aWhile();
    expect(presenceOf(alice)).toEqual([]);
  });
});
