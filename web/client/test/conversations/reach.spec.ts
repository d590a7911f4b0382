import type { DeviceId, UserId } from '@secureconnect/contracts/ids';
import { reachedBy, withSigner } from '../../src/conversations/reach.js';
import { fakeWorld } from '../fake-world.js';
import { groupOfThree } from '../group-of-three.js';
import { eventually, person, thread, signUp, value, PASSWORD, type Person } from '../person.js';

const [ALICE, BOB, CAROL] = ['a1', 'b0', 'ca'].map((start) => start.padEnd(32, '0') as UserId) as [
  UserId,
  UserId,
  UserId,
];
const PHONE = 'd1'.padEnd(32, '0') as DeviceId;

describe('whom a message has reached', () => {
  const signed = {
    [ALICE]: { delivered: { [PHONE]: 5 }, read: { [PHONE]: 3 } },
    [BOB]: { delivered: { [PHONE]: 3 }, read: {} },
  };
  const of = (senderSeq: number, showsRead = true) =>
    reachedBy({ signed }, { device: PHONE, senderSeq }, [ALICE, BOB, CAROL], showsRead);

  it('is what each has signed of the device that sent it, and nothing else', () => {
    expect(of(3)).toEqual({ read: [ALICE], delivered: [BOB], waiting: [CAROL] });
    expect(of(4)).toEqual({ read: [], delivered: [ALICE], waiting: [BOB, CAROL] });
    expect(of(6)).toEqual({ read: [], delivered: [], waiting: [ALICE, BOB, CAROL] });
    const elsewhere = reachedBy({ signed }, { device: CAROL as string as DeviceId, senderSeq: 1 }, [ALICE], true);
    expect(elsewhere).toEqual({ read: [], delivered: [], waiting: [ALICE] });
  });

  it('does not say who has read it to a person who does not tell either', () => {
    expect(of(3, false)).toEqual({ read: [], delivered: [ALICE, BOB], waiting: [CAROL] });
  });

  it('is kept of twice as many as a group has, those who signed last', () => {
    const marks = { delivered: { [PHONE]: 1 }, read: {} };
    let all = {};
    const user = (count: number) => count.toString(16).padStart(32, 'f') as UserId;
    for (let count = 0; count < 600; count++) all = withSigner(all, user(count), marks);
    expect(Object.keys(all)).toHaveLength(512);
    expect(all).not.toHaveProperty(user(87));
    expect(all).toHaveProperty(user(88));
  });
});

describe('whom a message of a messenger has reached', () => {
  const world = fakeWorld();
  const { reads, say, three } = groupOfThree(world);

  const reachOf = async ({ messenger }: Person, { conversationId, messageId }: Awaited<ReturnType<typeof say>>) => {
    const { read, delivered, waiting } = value(await messenger.reach(conversationId, messageId));
    const names = (peers: typeof read) => peers.map(({ username }) => username).sort();
    return { read: names(read), delivered: names(delivered), waiting: names(waiting) };
  };

  it('is told of each member by name: has read it, has it, has not said', async () => {
    const { alice, bob, carol, group } = await three();
    await carol.messenger.close();
    const message = await say(alice, group, 'who is coming?');
    await reads(bob, group, ['who is coming?']);
    await eventually(
      () => reachOf(alice, message),
      ({ delivered }) => delivered.includes('bob'),
    );
    await bob.messenger.markRead(group.conversationId);
    await eventually(
      () => reachOf(alice, message),
      ({ read }) => read.includes('bob'),
    );
    expect(await reachOf(alice, message)).toEqual({ read: ['bob'], delivered: [], waiting: ['carol'] });
    const phone = world.keep(person(world.server.origin));
    value(await phone.messenger.logIn({ username: 'carol', password: PASSWORD }));
    await eventually(
      () => reachOf(alice, message),
      ({ waiting }) => waiting.length === 0,
    );
  });

  it('is nothing about those who came after it', async () => {
    const { alice, bob, group } = await three();
    const before = await say(alice, group, 'before');
    await reads(bob, group, ['before']);
    const dave = world.keep(await signUp(world.server.origin, 'dave'));
    value(await alice.messenger.addMember(group.conversationId, 'dave'));
    await eventually(
      () => dave.messenger.conversations(),
      ({ length }) => length === 1,
    );
    const { read, delivered, waiting } = await reachOf(alice, before);
    expect([...read, ...delivered, ...waiting].sort()).toEqual(['bob', 'carol']);
    const after = await say(alice, group, 'after');
    await eventually(
      () => reachOf(alice, after).catch(() => null),
      (reach) => reach !== null && [...reach.read, ...reach.delivered, ...reach.waiting].includes('dave'),
    );
  });

  it('is told of direct messages too, and of no message of somebody else', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    const message = await say(alice, conversation, 'one');
    await eventually(
      () => reachOf(alice, message).catch(() => null),
      (reach) => reach?.delivered[0] === 'bob',
    );
    const [theirs] = await thread(bob, conversation);
    expect(await bob.messenger.reach(conversation.conversationId, theirs!.messageId)).toMatchObject({
      ...{ ok: false, code: 'not-found' },
    });
  });
});
