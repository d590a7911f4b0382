import type { ConversationView } from '@secureconnect/client/messenger';
import { ledgerBalances } from '../src/invariants/ledger-balances.js';
import { everyoneCanTalk } from '../src/invariants/everyone-can-talk.js';
import { secretText, serverNeverSaw } from '../src/invariants/server-never-saw.js';
import { must, wordsOf, type Person } from '../src/people/person.js';
import { eventually } from '../src/waiting/eventually.js';
import { World } from '../src/world/world.js';

jest.setTimeout(120_000);

const NAME = 'MARKER-of-a-group-5b1e';

let world: World;
beforeAll(async () => {
  world = await World.begin();
});
afterEach(async () => world.closeEverybody());
afterAll(async () => world.end());

type Group = Pick<ConversationView, 'conversationId'>;

/** alice (owner) and carol on gateway 1, bob on gateway 2, and their group, which everybody sees. */
async function three(name = NAME) {
  const alice = await world.newcomer('alice', world.place(1));
  const bob = await world.newcomer('bob', world.place(2));
  const carol = await world.newcomer('carol', world.place(1));
  const group = must(await alice.messenger.createGroup(name, [bob.username, carol.username]));
  for (const somebody of [bob, carol]) await somebody.conversationWith(name);
  return { alice, bob, carol, group };
}

const say = async ({ messenger }: Person, { conversationId }: Group, body: string) =>
  must(await messenger.send(conversationId, body));
const words = async ({ messenger }: Person, { conversationId }: Group) =>
  must(await messenger.messages(conversationId, { beforeSeq: null, limit: 2_000 })).messages.map(wordsOf);
const reads = (somebody: Person, group: Group, wanted: readonly string[]) =>
  eventually(
    () => words(somebody, group),
    (found) => JSON.stringify(found) === JSON.stringify(wanted),
  );
const view = async ({ messenger }: Person, { conversationId }: Group) => must(await messenger.group(conversationId));
const sees = (somebody: Person, group: Group, isSo: (found: Awaited<ReturnType<typeof view>>) => boolean) =>
  eventually(() => view(somebody, group), isSo);
const idOf = async (somebody: Person, { username }: Person) =>
  must(await somebody.messenger.openConversation(username)).peer.userId;
const namesIn = ({ members }: Awaited<ReturnType<typeof view>>) =>
  members.map(({ peer, role }) => `${peer.username} ${role}`).sort();

describe('a group over two replicas', () => {
  it('reads what each of its members writes; who was away comes back on the other replica and reads it in order', async () => {
    const { alice, bob, carol, group } = await three();
    const people = [alice, bob, carol];
    const said: string[] = [];
    for (const somebody of people) {
      said.push(`MARKER-of-${somebody.username}-77f0`);
      await say(somebody, group, said.at(-1)!);
      for (const reader of people) await reads(reader, group, said);
    }
    const codes = await Promise.all(people.map(async (somebody) => (await view(somebody, group)).epochCode));
    expect(codes[0]).toMatch(/^\d{30}$/);
    expect(new Set(codes).size).toBe(1);
    await bob.messenger.close();
    for (let n = 0; n < 20; n++) {
      said.push(`while bob is away ${n}`);
      await say(alice, group, said.at(-1)!);
    }
    await reads(carol, group, said);
    const back = await world.reloaded(bob, world.place(1));
    await reads(back, group, said);
    await eventually(
      async () => must(await alice.messenger.messages(group.conversationId, { beforeSeq: null, limit: 1 })).messages[0],
      (newest) => newest?.state === 'delivered',
    );
    // Once for each message, however many read it.
    await eventually(
      () => alice.messenger.credits(),
      (credits) => credits === 479,
    );
    for (const [one, other] of [
      [alice, back],
      [alice, carol],
      [back, carol],
    ] as const)
      await one.open(other.username);
    await everyoneCanTalk(alice, back, carol);
    await ledgerBalances(world.stack);
    await serverNeverSaw(world.stack, [
      secretText('name of the group', NAME),
      ...said.slice(0, 3).map((text) => secretText(text, text)),
    ]);
    expect([...alice.alarms, ...bob.alarms, ...carol.alarms, ...back.alarms]).toEqual([]);
  });

  it('shows who comes later what is written later, and every device of a member all that the member may read', async () => {
    const { alice, bob, carol, group } = await three();
    await say(alice, group, 'one');
    await say(bob, group, 'two');
    await reads(bob, group, ['one', 'two']);
    const dave = await world.newcomer('dave', world.place(2));
    must(await alice.messenger.addMember(group.conversationId, dave.username));
    await say(bob, group, 'three');
    await say(alice, group, 'four');
    await dave.conversationWith(NAME);
    await eventually(
      () => words(dave, group),
      (found) => found.length === 2,
    );
    expect((await words(dave, group)).sort()).toEqual(['four', 'three']);
    await say(dave, group, 'five');
    await eventually(
      () => words(carol, group),
      (found) => found.includes('five') && found.length === 5,
    );
    for (const member of [dave, carol]) {
      const clean = world.elsewhere(member, world.place(1));
      await clean.logIn();
      await clean.conversationWith(NAME);
      await reads(clean, group, await words(member, group));
      expect((await view(clean, group)).epochCode).toBe((await view(alice, group)).epochCode);
      expect(clean.alarms).toEqual([]);
    }
    expect([...alice.alarms, ...bob.alarms, ...carol.alarms, ...dave.alarms]).toEqual([]);
  });

  it('gives who was removed nothing of what comes later, here and on a clean browser, and says so', async () => {
    const { alice, bob, carol, group } = await three();
    await say(alice, group, 'before');
    await reads(bob, group, ['before']);
    must(await alice.messenger.removeMember(group.conversationId, await idOf(alice, bob)));
    await say(alice, group, 'after');
    await reads(carol, group, ['before', 'after']);
    await sees(bob, group, ({ ownRole }) => ownRole === null);
    const clean = world.elsewhere(bob, world.place(1));
    await clean.logIn();
    await clean.conversationWith(NAME);
    for (const somebody of [bob, clean]) {
      await sees(somebody, group, ({ ownRole }) => ownRole === null);
      await reads(somebody, group, ['before']);
      const { messageId } = await say(somebody, group, 'still here?');
      await eventually(
        async () =>
          must(await somebody.messenger.messages(group.conversationId, { beforeSeq: null, limit: 9 })).messages,
        (found) => found.some((own) => own.messageId === messageId && own.refusal === 'not-a-member'),
      );
      await somebody.messenger.discard(messageId);
      await somebody.messenger.lookAgain(group.conversationId);
      await reads(somebody, group, ['before']);
      expect(somebody.alarms).toEqual([]);
    }
    await reads(carol, group, ['before', 'after']);
  });

  it('is renamed, given away and left by those who may, and takes what two admins do at once', async () => {
    const { alice, bob, carol, group } = await three('Climbing');
    const { conversationId } = group;
    expect(await carol.messenger.renameGroup(conversationId, 'Mine')).toMatchObject({ code: 'group-refused' });
    must(await alice.messenger.setRole(conversationId, await idOf(alice, bob), 'admin'));
    await sees(bob, group, ({ ownRole }) => ownRole === 'admin');
    must(await bob.messenger.renameGroup(conversationId, 'Bouldering'));
    for (const somebody of [alice, carol]) await sees(somebody, group, ({ name }) => name === 'Bouldering');
    const [dave, erin] = [await world.newcomer('dave', world.place(2)), await world.newcomer('erin', world.place(1))];
    const both = await Promise.all([
      alice.messenger.addMember(conversationId, dave.username),
      bob.messenger.addMember(conversationId, erin.username),
    ]);
    both.map((outcome) => must(outcome));
    await sees(carol, group, ({ members }) => members.length === 5);
    expect(await alice.messenger.leaveGroup(conversationId)).toMatchObject({ code: 'group-refused' });
    must(await alice.messenger.setRole(conversationId, await idOf(alice, bob), 'owner'));
    must(await alice.messenger.leaveGroup(conversationId));
    await sees(bob, group, ({ members }) => members.length === 4);
    expect(namesIn(await view(bob, group))).toEqual(
      [
        `${bob.username} owner`,
        `${carol.username} member`,
        `${dave.username} member`,
        `${erin.username} member`,
      ].sort(),
    );
    await say(carol, group, 'without alice');
    for (const somebody of [bob, dave, erin]) await reads(somebody, group, ['without alice']);
    await reads(alice, group, []);
    expect([alice, bob, carol, dave, erin].flatMap(({ alarms }) => alarms)).toEqual([]);
  });

  it('loses nothing when a gateway is killed while all write and somebody is added', async () => {
    const { alice, bob, carol, group } = await three();
    const dave = await world.newcomer('dave', world.place(2));
    const said: string[] = [];
    const everybodySays = async (round: string) => {
      for (const somebody of [alice, bob, carol]) {
        said.push(`${somebody.username} ${round}`);
        await say(somebody, group, said.at(-1)!);
      }
    };
    for (let n = 0; n < 5; n++) await everybodySays(`${n}`);
    await world.stack.kill('messaging-gateway-1');
    for (let n = 5; n < 10; n++) await everybodySays(`${n}`);
    await world.stack.start('messaging-gateway-1');
    must(
      await eventually(
        () => alice.messenger.addMember(group.conversationId, dave.username),
        ({ ok }) => ok,
        60_000,
      ),
    );
    await everybodySays('last');
    for (const reader of [alice, bob, carol]) {
      const found = await eventually(
        () => words(reader, group),
        (now) => now.length === said.length,
        60_000,
      );
      expect([...found].sort()).toEqual([...said].sort());
      for (const { username } of [alice, bob, carol])
        expect(found.filter((text) => text.startsWith(username))).toEqual(
          said.filter((text) => text.startsWith(username)),
        );
    }
    await ledgerBalances(world.stack, 60_000);
    expect([alice, bob, carol, dave].flatMap(({ alarms }) => alarms)).toEqual([]);
  });
});
