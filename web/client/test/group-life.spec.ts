import type * as rules from '@secureconnect/contracts/signed/epoch-rules';
import { systemClock } from '../src/deps.js';
import { fakeWorld } from './fake-world.js';
import { groupOfThree } from './group-of-three.js';
import { connected, eventually, PASSWORD, person, texts, thread, value, type Person } from './person.js';

/** A thousand messages would take a minute: each counts as a hundred. */
jest.mock('@secureconnect/contracts/signed/epoch-rules', () => {
  const actual = jest.requireActual<typeof rules>('@secureconnect/contracts/signed/epoch-rules');
  const needsRotation: typeof rules.needsRotation = (state, facts) =>
    actual.needsRotation(state, { ...facts, messages: facts.messages * 100 });
  return { ...actual, needsRotation };
});

const world = fakeWorld();
const { alarmsOf, idOf, reads, say, three } = groupOfThree(world);

type Group = Awaited<ReturnType<typeof three>>['group'];
const epochsOf = ({ conversationId }: Group) => world.server.groups.get(conversationId)!.epochs.length;
const newest = (reader: Person, group: Group) => thread(reader, group).then((all) => all.at(-1));

async function reloaded({ jar, messenger, storage }: Person, more: Parameters<typeof person>[1] = {}): Promise<Person> {
  await messenger.close();
  const again = world.keep(person(world.server.origin, { storage, jar, ...more }));
  await again.messenger.restore();
  await connected(again);
  return again;
}

describe('the life of a group', () => {
  it('edits, takes back, reacts, quotes, reads, counts and types as two people do', async () => {
    const { alice, bob, carol, group } = await three();
    const { conversationId } = group;
    await say(alice, group, 'helo');
    for (const reader of [bob, carol]) await reads(reader, group, ['helo']);
    await eventually(
      () => bob.messenger.conversations(),
      (all) => all.some(({ kind, unread }) => kind === 'group' && unread === 1),
    );
    await bob.messenger.markRead(conversationId);
    const read = await eventually(
      () => newest(alice, group),
      (message) => message?.state === 'read',
    );
    const { messageId } = read!;
    value(await alice.messenger.edit(conversationId, messageId, 'hello'));
    for (const reader of [bob, carol]) await reads(reader, group, ['hello']);
    expect(await bob.messenger.edit(conversationId, messageId, 'mine')).toMatchObject({ ok: false });
    value(await carol.messenger.react(conversationId, messageId, '👍'));
    await eventually(
      () => thread(bob, group),
      ([message]) => message?.reactions[0]?.symbol === '👍',
    );
    value(await bob.messenger.send(conversationId, 'yes', messageId));
    await eventually(
      () => newest(carol, group),
      (message) => message?.quote?.known === true,
    );
    value(await alice.messenger.deleteForAll(conversationId, messageId));
    await alice.messenger.typing(conversationId, true);
    for (const reader of [bob, carol]) {
      await eventually(
        () => thread(reader, group),
        ([message]) => message?.content.kind === 'deleted',
      );
      await eventually(
        () => reader.events,
        (events) => events.some((event) => event.type === 'typing' && event.isTyping),
      );
    }
    expect([alice, bob, carol].flatMap(alarmsOf)).toEqual([]);
  });

  it('sends what waited over a reload under the epoch that is newest by then', async () => {
    const { alice, bob, carol, group } = await three();
    await say(bob, group, 'before');
    for (const reader of [alice, carol]) await reads(reader, group, ['before']);
    const bobId = idOf('bob');
    world.server.refuse = (command, userId) => (command === 'message:send' && userId === bobId ? 'unavailable' : null);
    for (const text of ['one', 'two']) await say(bob, group, text);
    await eventually(
      () => thread(bob, group),
      (all) => all.filter(({ state }) => state === 'encrypted').length === 2,
    );
    await bob.messenger.close();
    world.server.refuse = () => null;
    value(await alice.messenger.removeMember(group.conversationId, idOf('carol')));
    await reloaded(bob);
    expect(await reads(alice, group, ['two'])).toEqual(['before', 'one', 'two']);
    expect(texts(await thread(carol, group))).toEqual(['before']);
  });

  it('stays forked over a reload', async () => {
    const { alice, bob, group } = await three();
    await say(alice, group, 'x');
    await reads(bob, group, ['x']);
    world.server.groups.get(group.conversationId)!.entries.pop();
    world.server.emitTo('bob', 'group:changed', { groupId: group.conversationId, lastSeq: 2, lastEpoch: 1 });
    await eventually(
      () => alarmsOf(bob),
      (codes) => codes.includes('group-forked'),
    );
    const again = await reloaded(bob);
    await say(again, group, 'unsent');
    await eventually(
      () => newest(again, group),
      (own) => own?.refusal === 'group-forked',
    );
  });

  it('shows who comes back what came before and after, and nothing between', async () => {
    const { alice, bob, carol, group } = await three();
    await say(alice, group, 'one');
    await reads(bob, group, ['one']);
    value(await alice.messenger.removeMember(group.conversationId, idOf('bob')));
    await say(alice, group, 'two');
    await reads(carol, group, ['two']);
    value(await alice.messenger.addMember(group.conversationId, 'bob'));
    await say(alice, group, 'three');
    expect(await reads(bob, group, ['three'])).toEqual(['one', 'three']);
    expect(alarmsOf(bob)).toEqual([]);
  });
});

describe('a new epoch is made', () => {
  it('after a thousand messages, of one member alone too', async () => {
    const { alice, bob, group } = await three();
    for (let n = 1; n <= 11; n++) {
      await say(bob, group, `message ${n}`);
      await reads(alice, group, [`message ${n}`]);
      await eventually(
        () => newest(bob, group),
        (own) => own?.seq === n,
      );
    }
    expect(epochsOf(group)).toBe(2);
  });

  it('after seven days', async () => {
    const { alice, bob, group } = await three();
    await say(alice, group, 'one');
    await reads(bob, group, ['one']);
    const nowMs = () => Date.now() + 7 * 86_400_000;
    const later = await reloaded(alice, { clock: { ...systemClock, nowMs } });
    await say(later, group, 'two');
    await reads(bob, group, ['two']);
    expect(epochsOf(group)).toBe(2);
  });

  it('when a device of a member is revoked', async () => {
    const { alice, bob, group } = await three();
    await say(alice, group, 'one');
    await reads(bob, group, ['one']);
    const other = world.keep(person(world.server.origin));
    value(await other.messenger.logIn({ username: 'bob', password: PASSWORD }));
    await connected(other);
    value(await bob.messenger.revokeDevices('others'));
    world.server.tellOf(idOf('bob'));
    await eventually(
      async () => {
        const text = `after ${epochsOf(group)}`;
        await say(alice, group, text);
        await reads(bob, group, [text]);
        return epochsOf(group);
      },
      (epochs) => epochs === 2,
    );
  });
});

describe('a member who starts fresh', () => {
  it('can neither read nor write until taken out and added again; meanwhile nobody sends to keys that are no more', async () => {
    const { alice, carol, bob, group } = await three();
    const { conversationId } = group;
    await say(alice, group, 'before');
    await reads(bob, group, ['before']);
    const fresh = world.keep(person(world.server.origin));
    const newPassword = `${PASSWORD} and more`;
    value(await fresh.messenger.startFresh({ username: 'bob', proof: { password: PASSWORD }, newPassword }));
    await connected(fresh);
    world.server.tellOf(idOf('bob'));
    await eventually(
      () => alarmsOf(alice),
      (codes) => codes.includes('peer-keys-changed'),
    );
    await eventually(
      () => fresh.messenger.conversations(),
      (all) => all.some(({ kind }) => kind === 'group'),
    );
    await say(fresh, group, 'it is me');
    await eventually(
      () => newest(fresh, group),
      (own) => own?.refusal === 'not-a-member',
    );
    await say(alice, group, 'not for old keys');
    expect(await newest(alice, group)).toMatchObject({ seq: null, state: 'sending' });
    value(await alice.messenger.removeMember(conversationId, idOf('bob')));
    await reads(carol, group, ['not for old keys']);
    expect(await alice.messenger.addMember(conversationId, 'bob')).toMatchObject({ code: 'peer-keys-changed' });
    value(await alice.messenger.acceptNewKeys(idOf('bob')));
    value(await alice.messenger.addMember(conversationId, 'bob'));
    await say(alice, group, 'welcome back');
    const seen = await reads(fresh, group, ['welcome back']);
    expect(seen).not.toContain('before');
    expect(seen).not.toContain('not for old keys');
    expect(alarmsOf(fresh)).toEqual([]);
  });
});
