import { hashedWith, leadsToRoot } from '@secureconnect/contracts/signed/hash-tree';
import { readGroupEpoch } from '@secureconnect/contracts/signed/group-epoch';
import type { Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { chainOfLetters, letter, person } from '../letters.js';
import { PAYLOAD, sha256, WrittenGroup, type Member } from '../group-people.js';
import { GroupWorld } from './group-world.js';
import { until, type Device } from './gateway-world.js';

describe('the life of a group', () => {
  let groups: GroupWorld;
  let [alice, bob, carol]: Member[] = [];
  let [atAlice, atBob, atCarol]: Device[] = [];

  beforeAll(async () => {
    groups = await GroupWorld.open();
  });
  beforeEach(async () => {
    [alice, bob, carol] = (await groups.members(3)) as [Member, Member, Member];
    [atAlice, atBob, atCarol] = await Promise.all([
      groups.at('first', alice),
      groups.at('second', bob),
      groups.at('second', carol),
    ]);
  });
  afterEach(() => {
    groups.world.disconnectAll();
  });
  afterAll(() => groups.close());

  const all = { afterSeq: 0 };
  const sync = (device: Device, group: WrittenGroup, from: object = all) =>
    device.ask('conversation:sync', { conversationId: group.id, from, limit: 200 });
  const seqs = (answer: Record<string, unknown>) => (answer.messages as { seq: number }[]).map(({ seq }) => seq);
  const log = (device: Device, group: WrittenGroup) =>
    device.ask('group:log', { groupId: group.id, afterSeq: 0, limit: 64 });
  const listed = async (device: Device, group: WrittenGroup) => {
    const answer = await device.ask('conversation:list', { cursor: null, limit: 200 });
    const conversations = answer.conversations as { conversationId: string }[];
    return conversations.find(({ conversationId }) => conversationId === group.id);
  };

  it('begins with a create, and is shown to everybody who is taken in', async () => {
    const group = await groups.group(atAlice!, alice!, [bob!, carol!]);
    const members = [alice!, bob!, carol!].map(({ userId }) => userId).sort();
    for (const device of [atBob!, atCarol!]) {
      await device.waitFor('conversation:opened');
      await until(
        () => device.of('group:changed').some((change) => change.lastEpoch === 1),
        2_000,
        'the epoch is told',
      );
      expect(await listed(device, group)).toMatchObject({ kind: 'group', members, lastSeq: 0 });
      expect(await log(device, group)).toMatchObject({ ok: true, lastSeq: 3, lastEpoch: 1 });
    }
    expect(((await log(atBob!, group)).entries as unknown[]).length).toBe(3);
    const internal = await fetch(`${groups.first.internalUrl}/internal/conversations/members`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: groups.world.secrets.authorization('signaling') },
      body: JSON.stringify({ conversationId: group.id }),
    });
    expect(await internal.json()).toEqual({ members });
  });

  it('gives each member the own wrap with a proof that it is under the signed root, and a stranger nothing', async () => {
    const group = await groups.group(atAlice!, alice!, [bob!, carol!]);
    for (const [device, who] of [
      [atAlice!, alice!],
      [atBob!, bob!],
      [atCarol!, carol!],
    ] as const) {
      const answer = await device.ask('group:epoch', { groupId: group.id, epoch: 1 });
      const wrap = Uint8Array.from(answer.wrap as Uint8Array);
      expect(Buffer.from(wrap.subarray(0, 16)).toString('hex')).toBe(who.userId);
      const { wrapsRoot, size } = readGroupEpoch(Uint8Array.from(answer.epoch as Uint8Array));
      expect([size, answer.size]).toEqual([3, 3]);
      const path = (answer.proof as Uint8Array[]).map((hash) => Uint8Array.from(hash) as Bytes32);
      const place = { index: answer.index as number, size, path, root: wrapsRoot };
      expect(hashedWith(leadsToRoot(wrap, place), sha256)).toBe(true);
    }
    const mallory = await groups.at('first', await groups.member());
    expect(await mallory.ask('group:epoch', { groupId: group.id, epoch: 1 })).toEqual({
      ok: false,
      code: 'not-a-member',
    });
    expect(await log(mallory, group)).toEqual({ ok: false, code: 'conversation-unknown' });
    expect(await sync(mallory, group)).toEqual({ ok: false, code: 'conversation-unknown' });
  });

  it('brings a message to the members’ devices on both replicas for one credit, in one gapless sequence', async () => {
    const group = await groups.group(atAlice!, alice!, [bob!, carol!]);
    const phone = await groups.world.connect(groups.second, { userId: alice!.userId, deviceId: person().deviceId });
    const before = groups.world.peers.captured.size;
    expect(await atAlice!.ask('message:send', { envelope: group.letter(alice!) })).toMatchObject({ ok: true, seq: 1 });
    expect(await atBob!.ask('message:send', { envelope: group.letter(bob!) })).toMatchObject({ ok: true, seq: 2 });
    for (const device of [atCarol!, phone]) await device.waitFor('message:arrived', 2);
    await Promise.all([atAlice!.waitFor('message:arrived'), atBob!.waitFor('message:arrived')]);
    expect(atAlice!.of('message:arrived')).toHaveLength(1);
    expect(seqs(await sync(atCarol!, group))).toEqual([1, 2]);
    await until(() => groups.world.peers.captured.size === before + 2, 5_000, 'both are captured');
    expect([...groups.world.peers.capturedAs.values()].slice(-2)).toEqual(['group-message', 'group-message']);
  });

  it('takes nothing under an old head or another epoch, nor from a stranger [T-70]', async () => {
    const group = await groups.group(atAlice!, alice!, [bob!]);
    const stale = { ok: false, code: 'epoch-stale' };
    const send = (device: Device, envelope: Buffer) => device.ask('message:send', { envelope });
    const { id, head, epoch } = group;
    const early = group.letter(bob!);
    await groups.take(atAlice!, group, alice!, 'add', PAYLOAD.add(carol!));
    group.members.push(carol!);
    expect(await send(atBob!, early)).toEqual(stale);
    expect(await send(atBob!, group.letter(bob!))).toEqual(stale);
    await groups.rotate(atBob!, group, bob!);
    expect(await send(atBob!, group.letter(bob!, { group: { id, head, epoch: 2 } }))).toEqual(stale);
    expect(await send(atBob!, group.letter(bob!, { group: { id, head: group.head, epoch } }))).toEqual(stale);
    expect(await send(atBob!, group.letter(bob!, { group: { id, head: group.head, epoch: 3 } }))).toEqual(stale);
    const mallory = await groups.member();
    const atMallory = await groups.at('first', mallory);
    expect(await send(atMallory, group.letter(mallory))).toEqual({ ok: false, code: 'conversation-unknown' });
    expect(await send(atMallory, group.letter(bob!))).toEqual({ ok: false, code: 'envelope-refused' });
    expect(await send(atBob!, group.letter(bob!))).toMatchObject({ ok: true, seq: 1 });
  });

  it('takes no direct message into a group of two, and no group message into a direct conversation', async () => {
    const group = await groups.group(atAlice!, alice!, [bob!]);
    const direct = letter(alice!, bob!, { conversationId: group.id });
    expect(await atAlice!.ask('message:send', { envelope: direct })).toEqual({
      ok: false,
      code: 'conversation-unknown',
    });
    const receipt = letter(alice!, bob!, { conversationId: group.id, kind: 6 });
    expect(await atAlice!.ask('message:delivered', { receipt })).toEqual({ ok: false, code: 'conversation-unknown' });
    await atAlice!.ask('conversation:open', { peerUserId: bob!.userId });
    const conversationId = (await sync(atAlice!, group)).ok && chainOfLetters(alice!, bob!).next().value;
    const into = Buffer.from(conversationId as Buffer)
      .subarray(6, 22)
      .toString('hex');
    const grouped = group.letter(alice!, { group: { id: into, head: group.head, epoch: 1 } });
    expect(await atAlice!.ask('message:send', { envelope: grouped })).toEqual({
      ok: false,
      code: 'conversation-unknown',
    });
  });

  it('cuts a removed member off at once on both replicas: history and log end with the removal', async () => {
    const group = await groups.group(atAlice!, alice!, [bob!, carol!]);
    const nearCarol = await groups.at('first', carol!);
    await atAlice!.ask('message:send', { envelope: group.letter(alice!) });
    const last = await atCarol!.waitFor('message:arrived');
    await groups.remove(atAlice!, group, alice!, carol!);
    await until(() => atCarol!.of('group:changed').some(({ lastSeq }) => lastSeq === 4), 2_000, 'carol is told');
    expect(await atCarol!.ask('message:send', { envelope: group.letter(carol!) })).toEqual({
      ok: false,
      code: 'conversation-unknown',
    });
    await groups.rotate(atBob!, group, bob!);
    await atBob!.ask('message:send', { envelope: group.letter(bob!) });
    await groups.take(atAlice!, group, alice!, 'rename', PAYLOAD.rename());
    await atAlice!.waitFor('message:arrived');
    for (const device of [atCarol!, nearCarol]) {
      expect(device.of('message:arrived')).toEqual(last);
      expect(device.of('group:changed').at(-1)).toEqual({ groupId: group.id, lastSeq: 4, lastEpoch: 1 });
      expect(await sync(device, group)).toMatchObject({ ok: true, lastSeq: 1, receipts: [] });
      expect(seqs(await sync(device, group))).toEqual([1]);
      expect(seqs(await sync(device, group, { beforeSeq: Number.MAX_SAFE_INTEGER }))).toEqual([1]);
      expect(await log(device, group)).toMatchObject({ lastSeq: 4, lastEpoch: 1 });
      expect(await device.ask('group:log', { groupId: group.id, afterSeq: 4, limit: 9 })).toMatchObject({
        entries: [],
      });
      expect(await device.ask('group:epoch', { groupId: group.id, epoch: 2 })).toMatchObject({ code: 'not-a-member' });
      expect(await device.ask('group:epoch', { groupId: group.id, epoch: 1 })).toMatchObject({ ok: true });
      const members = [alice!.userId, bob!.userId].sort();
      expect(await listed(device, group)).toMatchObject({ kind: 'group', lastSeq: 1, members });
    }
  });

  it('shows who joins what comes from then on, and who comes back both parts', async () => {
    const group = await groups.group(atAlice!, alice!, [bob!]);
    const letters = (function* () {
      let previousHash: Uint8Array | undefined;
      for (let senderSeq = 1; ; senderSeq++) {
        const given = previousHash === undefined ? {} : { previousHash };
        const envelope: Buffer = group.letter(alice!, { senderSeq, ...given });
        yield envelope;
        previousHash = sha256(Buffer.concat([Buffer.from('SecureConnect/1 envelope-hash\0'), envelope]));
      }
    })();
    const write = async () => {
      expect(await atAlice!.ask('message:send', { envelope: letters.next().value })).toMatchObject({ ok: true });
    };
    const join = async () => {
      await groups.take(atAlice!, group, alice!, 'add', PAYLOAD.add(carol!));
      group.members.push(carol!);
      await groups.rotate(atAlice!, group, alice!);
    };
    await write();
    await join();
    expect(await sync(atCarol!, group)).toMatchObject({ messages: [], lastSeq: 1, closed: [{ after: 0, upTo: 1 }] });
    await write();
    expect(seqs(await sync(atCarol!, group))).toEqual([2]);
    await groups.remove(atAlice!, group, alice!, carol!);
    await groups.rotate(atAlice!, group, alice!);
    await write();
    await join();
    await write();
    expect(seqs(await sync(atCarol!, group))).toEqual([2, 4]);
    expect(seqs(await sync(atCarol!, group, { beforeSeq: 4 }))).toEqual([2]);
    expect(seqs(await sync(atCarol!, group, { afterSeq: 2 }))).toEqual([4]);
    expect((await sync(atCarol!, group)).closed).toEqual([
      { after: 0, upTo: 1 },
      { after: 2, upTo: 3 },
    ]);
    expect(seqs(await sync(atBob!, group))).toEqual([1, 2, 3, 4]);
    expect(await sync(atBob!, group)).not.toHaveProperty('closed');
    expect(await log(atCarol!, group)).toMatchObject({ lastSeq: 5 });
  });

  it('answers what was stored like the first time, though the group moved on or the sender left', async () => {
    const group = await groups.group(atAlice!, alice!, [bob!]);
    const envelope = group.letter(bob!);
    const answer = await atBob!.ask('message:send', { envelope });
    const leave = await groups.take(atBob!, group, bob!, 'leave', PAYLOAD.leave());
    const elsewhere = await groups.at('first', bob!);
    expect(await elsewhere.ask('message:send', { envelope })).toEqual({ ...answer, available: null });
    expect(await elsewhere.ask('group:append', { groupId: group.id, entries: [leave] })).toEqual({
      ok: true,
      lastSeq: 3,
    });
    const other = group.letter(bob!, { senderSeq: 2, previousHash: Buffer.alloc(32, 1) });
    expect(await elsewhere.ask('message:send', { envelope: other })).toEqual({
      ok: false,
      code: 'conversation-unknown',
    });
  });

  it('keeps receipts of its members, tells them in a small group, and gives them with each page', async () => {
    const group = await groups.group(atAlice!, alice!, [bob!]);
    const receipt = group.letter(bob!, { kind: 6, senderSeq: 4 });
    expect(await atBob!.ask('message:delivered', { receipt })).toEqual({ ok: true });
    await atAlice!.waitFor('receipt:arrived');
    expect((await sync(atAlice!, group)).receipts).toHaveLength(1);
    await groups.take(atAlice!, group, alice!, 'add', PAYLOAD.add(carol!));
    group.members.push(carol!);
    const early = group.letter(bob!, { kind: 6, senderSeq: 5 });
    expect(await atBob!.ask('message:delivered', { receipt: early })).toEqual({ ok: false, code: 'epoch-stale' });
    await groups.rotate(atAlice!, group, alice!);
    // Carol could not open what was sealed before she came.
    expect((await sync(atCarol!, group)).receipts).toEqual([]);
    await atBob!.ask('message:delivered', { receipt: group.letter(bob!, { kind: 6, senderSeq: 5 }) });
    expect((await sync(atCarol!, group)).receipts).toHaveLength(1);
  });

  it('relays typing to the members, under the newest epoch alone', async () => {
    const group = await groups.group(atAlice!, alice!, [bob!]);
    const typing = () => group.letter(alice!, { kind: 7 });
    expect(await atAlice!.ask('ephemeral:send', { envelope: typing() })).toEqual({ ok: true });
    await atBob!.waitFor('ephemeral:arrived');
    await groups.remove(atAlice!, group, alice!, bob!);
    expect(await atAlice!.ask('ephemeral:send', { envelope: typing() })).toEqual({ ok: false, code: 'epoch-stale' });
    expect(await atBob!.ask('ephemeral:send', { envelope: group.letter(bob!, { kind: 7 }) })).toEqual({
      ok: false,
      code: 'conversation-unknown',
    });
  });

  it('of 256 members takes a message to all, and receipts to the reader’s own devices alone', async () => {
    const others = await groups.members(255);
    const group = new WrittenGroup(alice!);
    const entries = [await group.create()];
    for (const other of others) {
      group.accept(entries.at(-1)!);
      entries.push(await group.entry(alice!, 'add', PAYLOAD.add(other)));
      group.members.push(other);
    }
    group.accept(entries.at(-1)!);
    for (let from = 0; from < entries.length; from += 64) {
      const page = entries.slice(from, from + 64);
      const answer = await atAlice!.ask('group:append', { groupId: group.id, entries: page });
      expect(answer).toEqual({ ok: true, lastSeq: from + page.length });
    }
    const one = await group.entry(alice!, 'add', PAYLOAD.add(bob!));
    expect(await atAlice!.ask('group:append', { groupId: group.id, entries: [one] })).toEqual({
      ok: false,
      code: 'group-refused',
    });
    await groups.rotate(atAlice!, group, alice!);
    const [near, far] = [await groups.at('first', others[0]!), await groups.at('second', others[254]!)];
    const phone = await groups.world.connect(groups.first, {
      userId: others[254]!.userId,
      deviceId: person().deviceId,
    });
    await atAlice!.ask('message:send', { envelope: group.letter(alice!) });
    await Promise.all([near.waitFor('message:arrived'), far.waitFor('message:arrived')]);
    expect(await far.ask('message:delivered', { receipt: group.letter(others[254]!, { kind: 6 }) })).toEqual({
      ok: true,
    });
    await phone.waitFor('receipt:arrived');
    expect(near.of('receipt:arrived')).toEqual([]);
    expect((await sync(near, group)).receipts).toHaveLength(1);
  }, 60_000);
});
