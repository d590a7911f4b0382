import type { ConversationView, GroupEventView, MessagePage } from '../src/messenger.js';
import { fakeWorld } from './fake-world.js';
import { groupOfThree } from './group-of-three.js';
import { eventually, PASSWORD, person, signUp, value, type Person } from './person.js';

const world = fakeWorld();
const { idOf, reads, say, three } = groupOfThree(world);

const wordsOf = ({ actor, happened }: GroupEventView): string => {
  const target = 'target' in happened ? ` ${happened.target.username}` : '';
  const more = 'name' in happened ? ` ${happened.name}` : 'role' in happened ? ` ${happened.role}` : '';
  return `${actor.username} ${happened.kind}${target}${more}`;
};

/** A page as a person reads it: texts as they are, what happened in brackets. */
function lines({ groupEvents, messages }: MessagePage): string[] {
  const events = [...groupEvents];
  const before = (seq: number) =>
    events.splice(0, events.findLastIndex(({ beforeSeq }) => beforeSeq !== null && beforeSeq <= seq) + 1);
  const shown = messages.flatMap(({ content, seq }) => [
    ...before(seq!).map((event) => `[${wordsOf(event)}]`),
    content.kind === 'text' ? content.body : content.kind,
  ]);
  return [...shown, ...events.map((event) => `[${wordsOf(event)}]`)];
}

const page = async (
  { messenger }: Person,
  { conversationId }: Pick<ConversationView, 'conversationId'>,
  beforeSeq: number | null,
  limit: number,
) => value(await messenger.messages(conversationId, { beforeSeq, limit }));
const told = ({ events }: Person) =>
  events.flatMap((event) => (event.type === 'group-event' ? [wordsOf(event.event)] : []));

describe('the thread of a group', () => {
  it('says what happened between the messages, in the order of those who wrote them, and on every device alike', async () => {
    const { alice, bob, carol, group } = await three();
    const id = group;
    await say(alice, group, 'one');
    await reads(bob, group, ['one']);
    value(await alice.messenger.setRole(group.conversationId, idOf('bob'), 'admin'));
    value(await alice.messenger.renameGroup(group.conversationId, 'Bouldering'));
    await say(bob, group, 'two');
    await reads(alice, group, ['two']);
    value(await alice.messenger.removeMember(group.conversationId, idOf('carol')));
    const wanted = [
      '[alice created Climbing]',
      '[alice added bob]',
      '[alice added carol]',
      'one',
      '[alice role bob admin]',
      '[alice renamed Bouldering]',
      'two',
      '[alice removed carol]',
    ];
    expect(lines(await page(alice, id, null, 50))).toEqual(wanted);
    const clean = world.keep(person(world.server.origin));
    value(await clean.messenger.logIn({ username: 'alice', password: PASSWORD }));
    await eventually(
      async () => (await clean.messenger.conversations()).length,
      (count) => count === 2,
    );
    await reads(clean, group, ['one', 'two']);
    expect(lines(await page(clean, id, null, 50))).toEqual(wanted);
    // bob and carol have not seen what was before them; carol sees her own end, and nothing after it.
    for (const reader of [bob, carol]) {
      await eventually(
        async () => lines(await page(reader, id, null, 50)),
        (found) => JSON.stringify(found) === JSON.stringify(wanted.slice(reader === bob ? 1 : 2)),
      );
    }
  });

  it('has each line on one page', async () => {
    const { alice, bob, group } = await three();
    const id = group;
    for (const name of ['Two', 'Three', 'Four']) {
      await say(alice, group, `before ${name}`);
      await reads(bob, group, [`before ${name}`]);
      value(await alice.messenger.renameGroup(group.conversationId, name));
    }
    await say(alice, group, 'last');
    await reads(alice, group, ['last']);
    await reads(bob, group, ['last']);
    const pages: string[][] = [];
    for (let beforeSeq: number | null = null; ;) {
      const found: MessagePage = await page(bob, id, beforeSeq, 2);
      pages.unshift(lines(found));
      if (!found.more) break;
      beforeSeq = found.messages[0]!.seq;
    }
    expect(pages).toEqual([
      [
        '[alice added bob]',
        '[alice added carol]',
        'before Two',
        '[alice renamed Two]',
        'before Three',
        '[alice renamed Three]',
      ],
      ['before Four', '[alice renamed Four]', 'last'],
    ]);
  });

  it('is told of what happens while somebody looks at it', async () => {
    const { alice, carol, group } = await three();
    await signUp(world.server.origin, 'dave').then(world.keep);
    value(await alice.messenger.addMember(group.conversationId, 'dave'));
    value(await alice.messenger.renameGroup(group.conversationId, 'Bouldering'));
    await eventually(
      () => told(carol),
      (found) => found.includes('alice added dave') && found.includes('alice renamed Bouldering'),
    );
  });

  it('has no line that the server made [T-58]', async () => {
    const { alice, bob, group } = await three();
    const id = group;
    const fake = world.server.groups.get(group.conversationId)!;
    // An entry that somebody signed for another place says nothing in this one.
    fake.entries.push(fake.entries[1]!);
    world.server.emitTo('bob', 'group:changed', { groupId: group.conversationId, lastSeq: 4, lastEpoch: 1 });
    await eventually(
      () => bob.events,
      (all) => all.some((event) => event.type === 'alarm'),
    );
    expect(lines(await page(bob, id, null, 50))).toEqual(['[alice added bob]', '[alice added carol]']);
    expect(told(bob)).toEqual([]);
    expect(lines(await page(alice, id, null, 50)).length).toBe(3);
  });
});
