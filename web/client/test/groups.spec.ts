import { toHex } from '@secureconnect/contracts/encoding';
import { VAULT_ITEM_TYPES } from '@secureconnect/contracts/signed/vault';
import { fakeWorld } from './fake-world.js';
import { groupOfThree } from './group-of-three.js';
import { eventually, PASSWORD, person, signUp, texts, thread, value } from './person.js';

const world = fakeWorld();

const { alarmsOf, idOf, reads, say, three } = groupOfThree(world);

describe('a group of three', () => {
  it('reads what each of them writes, and has one epoch code', async () => {
    const { alice, bob, carol, group } = await three();
    expect(group).toMatchObject({
      kind: 'group',
      peer: { username: 'Climbing', pinnedAtMs: null },
      group: { name: 'Climbing', memberCount: 3, ownRole: 'owner', forked: false },
    });
    await say(alice, group, 'from alice');
    await say(bob, group, 'from bob');
    await say(carol, group, 'from carol');
    for (const person of [alice, bob, carol]) {
      expect((await reads(person, group, ['from alice', 'from bob', 'from carol'])).length).toBe(3);
      expect(alarmsOf(person)).toEqual([]);
    }
    const views = await Promise.all(
      [alice, bob, carol].map(async ({ messenger }) => value(await messenger.group(group.conversationId))),
    );
    expect(new Set(views.map(({ epochCode }) => epochCode)).size).toBe(1);
    expect(views[0]!.epochCode).toMatch(/^\d{30}$/);
    expect(views[2]!.members.map(({ peer, role }) => `${peer.username} ${role}`).sort()).toEqual([
      'alice owner',
      'bob member',
      'carol member',
    ]);
  });

  it('tells the sender that a message was delivered', async () => {
    const { alice, group } = await three();
    await say(alice, group, 'hello');
    await eventually(
      () => thread(alice, group),
      ([message]) => message?.state === 'delivered',
    );
  });

  it('gives who was removed nothing that is written later', async () => {
    const { alice, bob, carol, group } = await three();
    await say(alice, group, 'before');
    await reads(bob, group, ['before']);
    const after = value(await alice.messenger.removeMember(group.conversationId, idOf('bob')));
    expect(after.members.map(({ peer }) => peer.username).sort()).toEqual(['alice', 'carol']);
    await say(alice, group, 'after');
    await reads(carol, group, ['before', 'after']);
    const { messages } = world.server.conversations.get(group.conversationId)!;
    // A server that hands it to him all the same: he has no epoch that opens it.
    world.server.emitTo('bob', 'message:arrived', messages[1]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(texts(await thread(bob, group))).not.toContain('after');
    await eventually(
      async () => value(await bob.messenger.group(group.conversationId)).ownRole,
      (role) => role === null,
    );
    await say(bob, group, 'still here?');
    await eventually(
      () => thread(bob, group).then((all) => all.at(-1)),
      (own) => own?.state === 'failed' && own.refusal === 'not-a-member',
    );
    expect(messages.length).toBe(2);
    // What he may not see is no other story: his log ends with him.
    expect(alarmsOf(bob)).toEqual([]);
  });

  it('shows who comes later nothing that was written before, and misses nothing', async () => {
    const { alice, bob, group } = await three();
    await say(alice, group, 'before');
    await reads(bob, group, ['before']);
    const dave = world.keep(await signUp(world.server.origin, 'dave'));
    value(await alice.messenger.addMember(group.conversationId, 'dave'));
    await say(bob, group, 'welcome');
    await eventually(
      () => dave.messenger.conversations(),
      (all) => all.some(({ group: shown }) => shown?.name === 'Climbing'),
    );
    expect(await reads(dave, group, ['welcome'])).toEqual(['welcome']);
    // alice's second message follows one that dave may not have: that is not missing.
    await say(alice, group, 'hello dave');
    expect(await reads(dave, group, ['hello dave'])).toEqual(['welcome', 'hello dave']);
    await eventually(
      () => thread(alice, group).then((all) => all.at(-1)),
      (own) => own?.state === 'delivered',
    );
    await say(dave, group, 'thanks');
    await reads(alice, group, ['welcome', 'hello dave', 'thanks']);
    expect(alarmsOf(dave)).toEqual([]);
  });

  it('is renamed, and gives roles, by those who may', async () => {
    const { alice, bob, carol, group } = await three();
    const { conversationId } = group;
    expect(await carol.messenger.renameGroup(conversationId, 'Mine')).toMatchObject({
      ok: false,
      code: 'group-refused',
    });
    expect(await carol.messenger.removeMember(conversationId, idOf('bob'))).toMatchObject({ code: 'group-refused' });
    expect(await alice.messenger.leaveGroup(conversationId)).toMatchObject({ code: 'group-refused' });
    value(await alice.messenger.setRole(conversationId, idOf('bob'), 'admin'));
    expect(value(await bob.messenger.renameGroup(conversationId, 'Bouldering')).name).toBe('Bouldering');
    for (const { messenger } of [alice, carol]) {
      await eventually(
        async () => value(await messenger.group(conversationId)).name,
        (name) => name === 'Bouldering',
      );
    }
    value(await carol.messenger.leaveGroup(conversationId));
    await eventually(
      async () => value(await alice.messenger.group(conversationId)).members.length,
      (count) => count === 2,
    );
  });

  it('takes both changes of two admins who act at once', async () => {
    const { alice, bob, carol, group } = await three();
    const { conversationId } = group;
    value(await alice.messenger.setRole(conversationId, idOf('bob'), 'admin'));
    for (const name of ['dave', 'erin']) world.keep(await signUp(world.server.origin, name));
    const both = await Promise.all([
      alice.messenger.addMember(conversationId, 'dave'),
      bob.messenger.addMember(conversationId, 'erin'),
    ]);
    expect(both.every(({ ok }) => ok)).toBe(true);
    await eventually(
      async () => value(await carol.messenger.group(conversationId)).members.length,
      (count) => count === 5,
    );
    await say(carol, group, 'hello all');
    await reads(alice, group, ['hello all']);
    await reads(bob, group, ['hello all']);
  });

  it('finds somebody by the exact name before they are put into a group, and begins nothing with them', async () => {
    const { alice } = await world.aliceAndBob();
    world.keep(await signUp(world.server.origin, 'carol'));
    const before = await alice.messenger.conversations();
    expect(value(await alice.messenger.findUser('carol'))).toMatchObject({ username: 'carol', trust: 'first-use' });
    expect(await alice.messenger.conversations()).toEqual(before);
    expect(await alice.messenger.findUser('caro')).toMatchObject({ ok: false });
    expect(await alice.messenger.findUser('alice')).toEqual({ ok: false, code: 'self-conversation' });
    expect(await alice.messenger.findUser('Not A Name')).toEqual({ ok: false, code: 'invalid-username' });
  });

  it('refuses a name that is none, and somebody who does not exist', async () => {
    const { alice } = await world.aliceAndBob();
    expect(await alice.messenger.createGroup('', ['bob'])).toMatchObject({ code: 'group-refused' });
    expect(await alice.messenger.createGroup('x'.repeat(101), ['bob'])).toMatchObject({ code: 'group-refused' });
    expect(await alice.messenger.createGroup('Fine', ['nobody'])).toMatchObject({ code: 'not-found' });
    expect(await alice.messenger.createGroup('Fine', ['alice'])).toMatchObject({ code: 'self-conversation' });
  });
});

describe('a server that lies about a group', () => {
  it('cannot show an older log: an alarm is raised and nothing more is sent', async () => {
    const { alice, bob, group } = await three();
    const { conversationId } = group;
    await say(bob, group, 'before');
    await reads(alice, group, ['before']);
    const fake = world.server.groups.get(conversationId)!;
    fake.entries.pop();
    world.server.emitTo('bob', 'group:changed', { groupId: conversationId, lastSeq: 2, lastEpoch: 1 });
    await eventually(
      () => alarmsOf(bob),
      (codes) => codes.includes('group-forked'),
    );
    await say(bob, group, 'unsent');
    await eventually(
      () => thread(bob, group).then((all) => all.at(-1)),
      (own) => own?.state === 'failed' && own.refusal === 'group-forked',
    );
    expect(world.server.conversations.get(conversationId)!.messages.length).toBe(1);
    expect(value(await bob.messenger.group(conversationId)).forked).toBe(true);
  });

  it('cannot close to a member what the member may read', async () => {
    const { alice, bob, group } = await three();
    for (const text of ['one', 'two', 'three']) await say(alice, group, text);
    await reads(bob, group, ['three']);
    world.server.groups.get(group.conversationId)!.since.set(idOf('alice'), 2);
    const clean = world.keep(person(world.server.origin));
    value(await clean.messenger.logIn({ username: 'alice', password: PASSWORD }));
    await eventually(
      () => alarmsOf(clean),
      (codes) => codes.includes('server-answer-refused'),
    );
    const shown = await clean.messenger.messages(group.conversationId, { beforeSeq: null, limit: 10 });
    expect(shown.ok && texts(shown.value.messages)).not.toEqual(['three']);
  });

  it('is distrusted once for one answer, however often it is given', async () => {
    const { group } = await three();
    const { conversationId } = group;
    const { epochs } = world.server.groups.get(conversationId)!;
    const newest = epochs.at(-1)!;
    const forged = Uint8Array.from(newest.bytes);
    forged[forged.length - 1]! ^= 1;
    let given = 0;
    epochs[epochs.length - 1] = {
      ...newest,
      get bytes() {
        given++;
        return forged;
      },
    };
    const clean = world.keep(person(world.server.origin));
    value(await clean.messenger.logIn({ username: 'alice', password: PASSWORD }));
    const isAlarmed = (codes: readonly string[]) => codes.includes('server-answer-refused');
    await eventually(() => alarmsOf(clean), isAlarmed);
    const before = given;
    for (let times = 1; times <= 5; times++) {
      world.server.emitTo('alice', 'group:changed', { groupId: conversationId, lastSeq: 1, lastEpoch: 1 });
      await clean.messenger.send(conversationId, `try ${times}`);
      await eventually(
        async () => given,
        (count) => count >= before + times,
      );
    }
    expect(alarmsOf(clean).filter((code) => code === 'server-answer-refused')).toHaveLength(1);
  });

  it.each([
    ['log', 4, 2],
    ['epoch', 5, 1],
  ])('cannot show a clean browser an older %s than another device has believed [T-71]', async (_, entries, epochs) => {
    const alice = world.keep(await signUp(world.server.origin, 'alice'));
    for (const name of ['bob', 'carol'])
      await signUp(world.server.origin, name).then(({ messenger }) => messenger.close());
    const group = value(await alice.messenger.createGroup('Climbing', ['bob', 'carol']));
    const { conversationId } = group;
    value(await alice.messenger.removeMember(conversationId, idOf('carol')));
    value(await alice.messenger.renameGroup(conversationId, 'Without carol'));
    const first = person(world.server.origin);
    value(await first.messenger.logIn({ username: 'bob', password: PASSWORD }));
    await eventually(
      () => world.server.account('bob').vault.items,
      (items) => items.some(({ bytes }) => Buffer.from(bytes, 'base64url')[1] === VAULT_ITEM_TYPES.groupHead),
    );
    await first.messenger.close();
    const fake = world.server.groups.get(conversationId)!;
    fake.entries.splice(entries);
    fake.epochs.splice(epochs);
    const clean = world.keep(person(world.server.origin));
    value(await clean.messenger.logIn({ username: 'bob', password: PASSWORD }));
    await eventually(
      () => alarmsOf(clean),
      (codes) => codes.includes('group-forked'),
    );
    await say(clean, group, 'for carol too?');
    await eventually(
      () => thread(clean, group).then((all) => all.at(-1)),
      (own) => own?.state === 'failed' && own.refusal === 'group-forked',
    );
  });

  it('cannot put a ghost among the members: the log alone says who they are', async () => {
    const { alice, group } = await three();
    const mallory = world.keep(await signUp(world.server.origin, 'mallory'));
    const conversation = world.server.conversations.get(group.conversationId)!;
    conversation.summary = {
      ...conversation.summary,
      members: [...conversation.summary.members, idOf('mallory')],
    };
    world.server.emitTo('alice', 'conversation:opened', { conversation: conversation.summary });
    world.server.emitTo('mallory', 'conversation:opened', { conversation: conversation.summary });
    await say(alice, group, 'for three');
    await reads(alice, group, ['for three']);
    expect(value(await alice.messenger.group(group.conversationId)).members.length).toBe(3);
    const seen = await mallory.messenger.messages(group.conversationId, { beforeSeq: null, limit: 10 });
    expect(JSON.stringify(seen)).not.toContain('for three');
    expect(toHex(conversation.messages[0]!.envelope)).not.toContain(toHex(new TextEncoder().encode('for three')));
  });
});
