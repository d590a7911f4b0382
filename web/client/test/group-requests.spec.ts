import { fakeWorld } from './fake-world.js';
import { groupOfThree } from './group-of-three.js';
import { eventually, PASSWORD, person, signUp, talk, texts, thread, value, type Person } from './person.js';

const world = fakeWorld();
const { alarmsOf, idOf, reads, say } = groupOfThree(world);

const strict = async (username: string) =>
  world.keep(await signUp(world.server.origin, username, { acceptsRequests: false }));
const groupOf = async ({ messenger }: Person) => (await messenger.conversations()).find(({ kind }) => kind === 'group');
const stands = (somebody: Person, wanted: string) =>
  eventually(
    () => groupOf(somebody),
    (view) => view?.standing === wanted,
  );

describe('a group into which a stranger puts somebody', () => {
  it('is a request: no name, no text, no receipt, until it is accepted, and then on every device [T-76]', async () => {
    const alice = world.keep(await signUp(world.server.origin, 'alice'));
    const carol = await strict('carol');
    const group = value(await alice.messenger.createGroup('Buy this', ['carol']));
    await say(alice, group, 'cheap');
    const view = await eventually(
      () => groupOf(carol),
      (found) => found?.unread === 1 && found.group?.invitedBy !== null,
    );
    expect(view).toMatchObject({
      standing: 'request',
      last: null,
      group: { name: '', memberCount: 2, ownRole: 'member', invitedBy: { username: 'alice' } },
    });
    expect(JSON.stringify([view, carol.events])).not.toMatch(/Buy this|cheap/);
    const page = value(await carol.messenger.messages(group.conversationId, { beforeSeq: null, limit: 50 }));
    expect(page).toMatchObject({ messages: [], groupEvents: [] });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect((await thread(alice, group)).map(({ state }) => state)).toEqual(['accepted']);
    value(await carol.messenger.acceptRequest(group.conversationId));
    await reads(carol, group, ['cheap']);
    expect(await stands(carol, 'open')).toMatchObject({ group: { name: 'Buy this' } });
    await eventually(
      () => thread(alice, group),
      ([message]) => message?.state === 'delivered',
    );
    const clean = world.keep(person(world.server.origin, { acceptsRequests: false }));
    value(await clean.messenger.logIn({ username: 'carol', password: PASSWORD }));
    await eventually(
      async () => {
        const found = await groupOf(clean);
        // The vault is read again in every connection.
        if (found?.standing !== 'open') world.server.cutSockets();
        await new Promise((resolve) => setTimeout(resolve, 400));
        return found;
      },
      (found) => found?.standing === 'open',
    );
    await reads(clean, group, ['cheap']);
    expect([...alarmsOf(alice), ...alarmsOf(carol), ...alarmsOf(clean)]).toEqual([]);
  });

  it('is open where the person knows who did it, and stays so whatever becomes of that one', async () => {
    const bob = await strict('bob');
    const alice = world.keep(await signUp(world.server.origin, 'alice'));
    await talk(bob, 'alice');
    const group = value(await alice.messenger.createGroup('Climbing', ['bob']));
    await say(alice, group, 'hello');
    await stands(bob, 'open');
    await reads(bob, group, ['hello']);
    value(await bob.messenger.block(idOf('alice')));
    await eventually(
      () => bob.messenger.conversations(),
      (all) => all.some(({ kind, standing }) => kind === 'direct' && standing === 'blocked'),
    );
    expect(await groupOf(bob)).toMatchObject({ standing: 'open', group: { name: 'Climbing' } });
    expect(texts(await thread(bob, group))).toContain('hello');
  });

  it('is nothing where the person has blocked who did it; a group can be blocked by itself', async () => {
    const bob = await strict('bob');
    const alice = world.keep(await signUp(world.server.origin, 'alice'));
    await talk(bob, 'alice');
    value(await bob.messenger.block(idOf('alice')));
    const group = value(await alice.messenger.createGroup('Again', ['bob']));
    await say(alice, group, 'hello?');
    const blocked = await stands(bob, 'blocked');
    expect(blocked).toMatchObject({ unread: 0, last: null, group: { name: '' } });
    value(await bob.messenger.unblock(idOf('alice')));
    await stands(bob, 'request');
    value(await bob.messenger.acceptRequest(group.conversationId));
    await reads(bob, group, ['hello?']);
    value(await bob.messenger.block(group.peer.userId));
    await stands(bob, 'blocked');
    expect(texts(await thread(bob, group))).toEqual([]);
  });
});
