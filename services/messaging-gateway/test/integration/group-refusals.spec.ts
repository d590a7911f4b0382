import { randomBytes } from 'node:crypto';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { GroupEntryType } from '@secureconnect/contracts/signed/group-entry';
import {
  accountKeys,
  PAYLOAD,
  WrittenGroup,
  type EntryChange,
  type EpochChange,
  type Member,
} from '../group-people.js';
import { GroupWorld } from './group-world.js';
import type { Device } from './gateway-world.js';

const REFUSED = { ok: false, code: 'group-refused' };
const CONFLICT = { ok: false, code: 'group-conflict' };

describe('what a group does not take', () => {
  let groups: GroupWorld;
  let [alice, bob, carol, mallory]: Member[] = [];
  let [atAlice, atBob, atCarol, atMallory]: Device[] = [];
  let group: WrittenGroup;

  // alice owns the group, bob is an admin of it, carol a member; mallory is outside, with keys of her own.
  beforeAll(async () => {
    groups = await GroupWorld.open();
    [alice, bob, carol] = (await groups.members(3)) as [Member, Member, Member];
    mallory = await groups.member(await accountKeys());
    [atAlice, atBob, atCarol, atMallory] = await Promise.all(
      [alice, bob, carol, mallory].map((who) => groups.at('first', who)),
    );
    group = await groups.group(atAlice!, alice, [bob, carol]);
    await groups.take(atAlice!, group, alice, 'role', PAYLOAD.role(bob, 'admin'));
    await groups.rotate(atAlice!, group, alice);
  });
  afterAll(async () => {
    try {
      const log = groups.world.rows('SELECT max(log_seq) AS seq FROM group_log GROUP BY conversation_id');
      expect(log).toEqual([{ seq: group.seq }]);
      expect(groups.world.rows('SELECT 1 FROM group_epoch')).toHaveLength(group.epoch);
      expect(groups.world.rows('SELECT 1 FROM member')).toHaveLength(3);
    } finally {
      await groups.close();
    }
  });

  const append = (device: Device, ...entries: Uint8Array[]) =>
    device.ask('group:append', { groupId: group.id, entries });

  describe('an entry [T-68] [T-75]', () => {
    const add = () => PAYLOAD.add(mallory!);
    const forged: [string, () => Promise<EntryChange>][] = [
      ['that somebody else’s keys signed', () => Promise.resolve({ signedBy: mallory! })],
      [
        'whose Ed25519 signature alone is right',
        async () => ({
          signedBy: { ...alice!, account: { ...alice!.account, mldsa65: (await accountKeys()).mldsa65 } },
        }),
      ],
      [
        'whose ML-DSA-65 signature alone is right',
        async () => ({
          signedBy: { ...alice!, account: { ...alice!.account, ed25519: (await accountKeys()).ed25519 } },
        }),
      ],
      ['in another member’s name', () => Promise.resolve({ actor: bob!.userId, signedBy: bob! })],
      ['of another device', () => Promise.resolve({ device: randomBytes(16).toString('hex') })],
      ['for another group', () => Promise.resolve({ groupId: randomBytes(16).toString('hex') })],
      ['of the day before yesterday', () => Promise.resolve({ timeMs: Date.now() - 2 * 86_400_000 })],
      ['of the day after tomorrow', () => Promise.resolve({ timeMs: Date.now() + 2 * 86_400_000 })],
    ];
    it.each(forged)('%s', async (_, change) => {
      expect(await append(atAlice!, await group.entry(alice!, 'add', add(), await change()))).toEqual(REFUSED);
    });

    it('without signatures, with bytes behind it, or cut short', async () => {
      const entry = await group.entry(alice!, 'add', add());
      const unsigned = Buffer.concat([entry.subarray(0, entry.length - 3_373), Buffer.alloc(3_373)]);
      for (const bytes of [unsigned, Buffer.concat([entry, Buffer.alloc(1)]), entry.subarray(0, entry.length - 1)])
        expect(await append(atAlice!, bytes)).toEqual(REFUSED);
      for (let at = 0; at < entry.length; at += 331) {
        const flipped = Buffer.from(entry);
        flipped[at]! ^= 1;
        expect(await append(atAlice!, flipped)).toMatchObject({ ok: false });
      }
    });

    it('that adds keys which the directory does not have', async () => {
      const payload = add();
      for (const at of [16, 16 + 32 + 3, 16 + 36]) {
        const swapped = Buffer.from(payload);
        swapped[at]! ^= 1;
        expect(await append(atAlice!, await group.entry(alice!, 'add', swapped))).toEqual(REFUSED);
      }
      const nobody = { ...mallory!, userId: randomBytes(16).toString('hex') };
      expect(await append(atAlice!, await group.entry(alice!, 'add', PAYLOAD.add(nobody)))).toEqual(REFUSED);
    });

    const wrong: [string, () => [Device, Member, GroupEntryType, Uint8Array]][] = [
      ['a member who adds', () => [atCarol!, carol!, 'add', add()]],
      ['a member who removes', () => [atCarol!, carol!, 'remove', PAYLOAD.remove(bob!)]],
      ['a member who makes himself an admin', () => [atCarol!, carol!, 'role', PAYLOAD.role(carol!, 'admin')]],
      ['a member who renames where admins alone may', () => [atCarol!, carol!, 'rename', PAYLOAD.rename()]],
      ['an admin who gives roles', () => [atBob!, bob!, 'role', PAYLOAD.role(carol!, 'admin')]],
      ['an admin who removes the owner', () => [atBob!, bob!, 'remove', PAYLOAD.remove(alice!)]],
      ['an owner who leaves the others', () => [atAlice!, alice!, 'leave', PAYLOAD.leave()]],
      ['a member who is added again', () => [atAlice!, alice!, 'add', PAYLOAD.add(carol!)]],
      ['somebody removed who is not in', () => [atAlice!, alice!, 'remove', PAYLOAD.remove(mallory!)]],
      ['a role that is so already', () => [atAlice!, alice!, 'role', PAYLOAD.role(bob!, 'admin')]],
      ['a stranger who adds herself', () => [atMallory!, mallory!, 'add', add()]],
      ['a stranger who leaves', () => [atMallory!, mallory!, 'leave', PAYLOAD.leave()]],
      ['a second beginning', () => [atAlice!, alice!, 'create', Buffer.alloc(0)]],
    ];
    it.each(wrong)('of %s', async (_, given) => {
      const [device, actor, type, payload] = given();
      expect(await append(device, await group.entry(actor, type, payload))).toEqual(REFUSED);
    });

    it('at a place that is taken, after a gap, or on another story', async () => {
      const rename = (change: EntryChange) => group.entry(alice!, 'rename', PAYLOAD.rename(), change);
      expect(await append(atAlice!, await rename({ seq: group.seq }))).toEqual(CONFLICT);
      expect(await append(atAlice!, await rename({ seq: group.seq + 2 }))).toEqual(CONFLICT);
      expect(await append(atAlice!, await rename({ previousHash: randomBytes(32) }))).toEqual(CONFLICT);
      // A stranger does not learn from the answer how far the group is.
      for (const seq of [2, group.seq, group.seq + 1, group.seq + 9]) {
        const foreign = await group.entry(mallory!, 'rename', PAYLOAD.rename(), { seq });
        expect(await append(atMallory!, foreign)).toEqual(REFUSED);
      }
    });

    it('that makes a group whose id does not follow from it, or begins without a create [T-76]', async () => {
      const mine = new WrittenGroup(mallory!);
      const groupId = randomBytes(16).toString('hex');
      const foreign = await mine.create({ groupId });
      expect(await atMallory!.ask('group:append', { groupId, entries: [foreign] })).toEqual(REFUSED);
      const headless = await mine.entry(mallory!, 'rename', PAYLOAD.rename(), {
        seq: 2,
        previousHash: randomBytes(32),
      });
      expect(await atMallory!.ask('group:append', { groupId: mine.id, entries: [headless] })).toEqual(REFUSED);
      const inHerName = new WrittenGroup(alice!);
      const create = await inHerName.create({ signedBy: mallory!, device: mallory!.deviceId });
      expect(await atMallory!.ask('group:append', { groupId: inHerName.id, entries: [create] })).toEqual(REFUSED);
    });

    it('beside one that does not hold: all or none', async () => {
      const good = await group.entry(alice!, 'rename', PAYLOAD.rename());
      const ahead = Object.assign(Object.create(Object.getPrototypeOf(group) as object) as WrittenGroup, group);
      ahead.accept(good);
      const bad = await ahead.entry(alice!, 'remove', PAYLOAD.remove(mallory!));
      expect(await append(atAlice!, good, bad)).toEqual(REFUSED);
      expect(await append(atAlice!, good, good)).toEqual(REFUSED);
    });

    it('that is too large, and more of them than a page', async () => {
      const invalid = { ok: false, code: 'invalid-request' };
      expect(await append(atAlice!, Buffer.alloc(LIMITS.groupEntryMaxBytes + 1))).toMatchObject(invalid);
      expect(await append(atAlice!)).toMatchObject(invalid);
    });

    it('while auth cannot say whose keys they are', async () => {
      const stranger = await groups.member();
      const entry = await group.entry(alice!, 'add', PAYLOAD.add(stranger));
      groups.world.peers.authAway = true;
      expect(await append(atAlice!, entry)).toMatchObject({ ok: false, code: 'unavailable' });
      groups.world.peers.authAway = false;
    });
  });

  describe('an epoch [T-74]', () => {
    const rotate = async (
      device: Device,
      committer: Member,
      change: EpochChange = {},
      readers?: readonly Member[],
      wraps?: (right: Buffer) => Uint8Array,
    ) => {
      const made = await group.nextEpoch(committer, change, readers);
      return device.ask('group:rotate', {
        groupId: group.id,
        epoch: made.epoch,
        wraps: wraps === undefined ? made.wraps : wraps(made.wraps),
      });
    };

    const wrong: [string, () => EpochChange, object][] = [
      ['that somebody else’s keys signed', () => ({ signedBy: mallory! }), REFUSED],
      ['in another member’s name', () => ({ committer: bob!.userId }), REFUSED],
      ['under another root than that of its wraps', () => ({ root: randomBytes(32) }), REFUSED],
      ['that says another number of members', () => ({ size: 4 }), REFUSED],
      ['for older keys than the log names', () => ({ bundleVer: 0 }), REFUSED],
      ['of yesterday and before', () => ({ timeMs: Date.now() - 2 * 86_400_000 }), REFUSED],
      ['of the future, older than which no revocation would be', () => ({ timeMs: Date.now() + 3_600_000 }), REFUSED],
      ['with the number of the one that stands', () => ({ epoch: group.epoch }), CONFLICT],
      ['with a number after the next', () => ({ epoch: group.epoch + 2 }), CONFLICT],
      ['after another epoch than the newest', () => ({ previousHash: randomBytes(32) }), CONFLICT],
      ['for an older entry', () => ({ groupSeq: group.seq - 1 }), { ok: false, code: 'epoch-stale' }],
      ['for another head', () => ({ groupHead: randomBytes(32) }), { ok: false, code: 'epoch-stale' }],
    ];
    it.each(wrong)('%s', async (_, change, answer) => {
      expect(await rotate(atAlice!, alice!, change())).toEqual(answer);
    });

    it('with a wrap for a ghost, without one for a member, or with two for one [T-68]', async () => {
      expect(await rotate(atAlice!, alice!, {}, [...group.members, mallory!])).toEqual(REFUSED);
      expect(await rotate(atAlice!, alice!, {}, [alice!, bob!])).toEqual(REFUSED);
      expect(await rotate(atAlice!, alice!, {}, [alice!, bob!, mallory!])).toEqual(REFUSED);
      expect(await rotate(atAlice!, alice!, {}, [alice!, bob!, bob!])).toEqual(REFUSED);
    });

    it('whose wraps were exchanged after it was signed, or lie in another order', async () => {
      const size = LIMITS.epochWrapBytes;
      const tampered = (right: Buffer) => {
        const bytes = Buffer.from(right);
        bytes[size + 100]! ^= 1;
        return bytes;
      };
      const turned = (right: Buffer) =>
        Buffer.concat([right.subarray(size, 2 * size), right.subarray(0, size), right.subarray(2 * size)]);
      for (const change of [tampered, turned, (right: Buffer) => right.subarray(0, right.length - 1)])
        expect(await rotate(atAlice!, alice!, {}, undefined, change)).toEqual(REFUSED);
    });

    it('of a stranger', async () => {
      expect(await rotate(atMallory!, mallory!)).toEqual(REFUSED);
      expect(await rotate(atMallory!, alice!)).toEqual(REFUSED);
    });
  });
});

describe('two who change a group at once', () => {
  let groups: GroupWorld;

  beforeAll(async () => {
    groups = await GroupWorld.open();
  });
  afterAll(() => groups.close());

  it('on two replicas: one wins, the other is told so, and both go on', async () => {
    const [alice, bob, ...others] = (await groups.members(12)) as [Member, Member, ...Member[]];
    const [atAlice, atBob] = [await groups.at('first', alice), await groups.at('second', bob)];
    const group = await groups.group(atAlice, alice, [bob]);
    await groups.take(atAlice, group, alice, 'role', PAYLOAD.role(bob, 'admin'));
    const askAppend = (device: Device, entry: Uint8Array) =>
      device.ask('group:append', { groupId: group.id, entries: [entry] });
    for (let round = 0; round < others.length; round += 2) {
      const [one, two] = await Promise.all([
        group.entry(alice, 'add', PAYLOAD.add(others[round]!)),
        group.entry(bob, 'add', PAYLOAD.add(others[round + 1]!)),
      ]);
      const answers = await Promise.all([askAppend(atAlice, one), askAppend(atBob, two)]);
      expect(answers.filter(({ ok }) => ok === true)).toHaveLength(1);
      expect(answers).toContainEqual(CONFLICT);
      const won = answers[0].ok === true ? one : two;
      group.members.push(others[won === one ? round : round + 1]!);
      group.accept(won);
      const elsewhere = await groups.world.connect(groups.second, won === one ? alice : bob);
      expect(await askAppend(elsewhere, won)).toEqual({ ok: true, lastSeq: group.seq });
    }
    const rotations = await Promise.all([group.nextEpoch(alice), group.nextEpoch(bob)]);
    const outcomes = await Promise.all([
      atAlice.ask('group:rotate', { groupId: group.id, ...rotations[0] }),
      atBob.ask('group:rotate', { groupId: group.id, ...rotations[1] }),
    ]);
    expect(outcomes).toContainEqual({ ok: true });
    expect(outcomes).toContainEqual(CONFLICT);
    const won = outcomes[0].ok === true ? 0 : 1;
    group.acceptEpoch(rotations[won].epoch);
    const again = won === 0 ? atAlice : atBob;
    expect(await again.ask('group:rotate', { groupId: group.id, ...rotations[won] })).toEqual({ ok: true });
    expect(await atBob.ask('message:send', { envelope: group.letter(bob) })).toMatchObject({ ok: true, seq: 1 });
    expect(groups.world.rows('SELECT 1 FROM group_log')).toHaveLength(group.seq);
    expect(groups.world.rows('SELECT 1 FROM group_epoch')).toHaveLength(2);
  });

  it('never stores a message of somebody whom a removal overtakes', async () => {
    const [alice, bob, carol] = (await groups.members(3)) as [Member, Member, Member];
    const [atAlice, atBob] = [await groups.at('first', alice), await groups.at('second', bob)];
    for (let round = 0; round < 8; round++) {
      const group = await groups.group(atAlice, alice, [bob, carol]);
      const removal = await group.entry(alice, 'remove', PAYLOAD.remove(bob));
      const [removed, sent] = await Promise.all([
        atAlice.ask('group:append', { groupId: group.id, entries: [removal] }),
        atBob.ask('message:send', { envelope: group.letter(bob) }),
      ]);
      expect(removed).toMatchObject({ ok: true });
      const [{ until }] = groups.world.rows<{ until: number }>(
        `SELECT until_seq AS until FROM group_member WHERE conversation_id = '${group.id}' AND user_id = '${bob.userId}'`,
      ) as [{ until: number }];
      expect(until).toBe(sent.ok === true ? 1 : 0);
      if (sent.ok !== true) expect(['epoch-stale', 'conversation-unknown']).toContain(sent.code);
    }
  });
});
