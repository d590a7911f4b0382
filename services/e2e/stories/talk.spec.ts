import type { MessengerEvent } from '@secureconnect/client/messenger';
import { must, type Person } from '../src/people/person.js';
import { eventually } from '../src/waiting/eventually.js';
import { World } from '../src/world/world.js';

jest.setTimeout(90_000);

let world: World;
beforeAll(async () => {
  world = await World.begin();
});
afterEach(async () => world.closeEverybody());
afterAll(async () => world.end());

const first = async (somebody: Person, username: string) => (await somebody.thread(username))[0]!;
const told = <Type extends MessengerEvent['type']>(somebody: Person, type: Type) =>
  somebody.events.filter((event): event is MessengerEvent & { type: Type } => event.type === type);

/** alice on one replica has written to bob on the other, and both know each other. */
async function said(text: string) {
  const { alice, bob } = await world.aliceAndBob();
  const { conversationId, messageId } = await alice.say(bob.username, text);
  await bob.reads(alice.username, text);
  await eventually(
    () => first(alice, bob.username),
    ({ state }) => state === 'delivered',
  );
  return { alice, bob, conversationId, messageId };
}

describe('over two replicas', () => {
  it('alice sees when bob has read, and edits, takes back and quotes arrive on every device', async () => {
    const { alice, bob, conversationId, messageId } = await said('helo');
    await bob.messenger.markRead(conversationId);
    await eventually(
      () => first(alice, bob.username),
      ({ state }) => state === 'read',
    );
    must(await alice.messenger.edit(conversationId, messageId, 'hello'));
    await bob.reads(alice.username, 'hello');
    must(await bob.messenger.react(conversationId, messageId, '👍'));
    must(await bob.messenger.send(conversationId, 'hello yourself', messageId));
    const clean = world.elsewhere(alice);
    await clean.logIn();
    const seen = await eventually(
      () => clean.thread(bob.username),
      ([one, two]) => one?.reactions[0]?.symbol === '👍' && one.state === 'read' && two !== undefined,
    );
    expect(seen).toMatchObject([
      { content: { kind: 'text', body: 'hello' }, state: 'read' },
      { content: { body: 'hello yourself' }, quote: { known: true, body: 'hello', altered: false } },
    ]);
    must(await clean.messenger.deleteForAll(conversationId, messageId));
    for (const somebody of [alice, bob, clean]) {
      await eventually(
        () => first(somebody, somebody === bob ? alice.username : bob.username),
        ({ content }) => content.kind === 'deleted',
      );
    }
    expect([...alice.alarms, ...bob.alarms, ...clean.alarms]).toEqual([]);
  });

  it('bob sees alice typing, and that she is here and has gone', async () => {
    const { alice, bob, conversationId } = await said('are you there?');
    await bob.say(alice.username, 'yes');
    await alice.reads(bob.username, 'yes');
    await alice.messenger.typing(conversationId, true);
    await eventually(
      () => told(bob, 'typing').at(-1)?.isTyping,
      (isTyping) => isTyping === true,
    );
    await alice.messenger.typing(conversationId, false);
    await eventually(
      () => told(bob, 'typing').at(-1)?.isTyping,
      (isTyping) => isTyping === false,
    );
    const { peer } = await bob.conversationWith(alice.username);
    await bob.messenger.watchPresence([peer.userId]);
    await eventually(
      () => told(bob, 'presence').at(-1)?.presence.online,
      (online) => online === true,
    );
    await alice.messenger.close();
    await eventually(
      () => told(bob, 'presence').at(-1)?.presence.online,
      (online) => online === false,
      20_000,
    );
  });

  it('what a stranger wrote is not shown, and nothing is told, until bob answers [T-98]', async () => {
    const alice = await world.newcomer('alice', world.place(1));
    const bob = world.person(world.name('bob'), world.place(2), { acceptsRequests: false });
    await bob.signUp();
    const { conversationId } = await alice.open(bob.username);
    must(await alice.messenger.send(conversationId, 'buy this'));
    await eventually(
      () => bob.messenger.conversations(),
      ([request]) => request?.standing === 'request' && request.unread === 1,
    );
    await bob.messenger.markRead(conversationId);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await bob.words(alice.username)).toEqual([]);
    expect(await first(alice, bob.username)).toMatchObject({ state: 'accepted' });
    must(await bob.messenger.send(conversationId, 'who are you?'));
    await bob.reads(alice.username, 'buy this');
    await eventually(
      () => first(alice, bob.username),
      ({ state }) => state === 'read',
    );
  });

  it('what it cost is on a statement that the browser has checked, and goes on to be the same one', async () => {
    const { alice, bob } = await said('one');
    await alice.say(bob.username, 'two');
    const paid = async (count: number) => {
      const { verdict, lines } = await eventually(
        async () => must(await alice.messenger.statement()),
        (statement) => statement.lines.length >= count || statement.verdict.state === 'refused',
      );
      return [verdict.state, ...lines.map(({ reason, balance }) => `${reason} ${balance}`)];
    };
    expect(await paid(3)).toEqual(['checked', 'message 498', 'message 499', 'opening 500']);
    await alice.say(bob.username, 'three');
    expect((await paid(4)).slice(0, 2)).toEqual(['checked', 'message 497']);
    expect(alice.alarms).toEqual([]);
  });

  it('somebody blocked is told nothing, on a clean browser as well', async () => {
    const { alice, bob } = await said('hello');
    const { peer } = await bob.conversationWith(alice.username);
    must(await bob.messenger.block(peer.userId));
    await alice.say(bob.username, 'hello?');
    const clean = world.elsewhere(bob);
    await clean.logIn();
    await eventually(
      () => clean.messenger.conversations(),
      ([view]) => view?.standing === 'blocked',
    );
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await alice.thread(bob.username)).map(({ state }) => state)).toEqual(['delivered', 'accepted']);
  });
});
