import type { Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { ROSTER_MAX_BYTES } from '@secureconnect/contracts/signed/call-roster';
import {
  rosterEntry,
  sameMembers,
  type SignedRoster,
  signRoster,
  verifyRoster,
} from '@secureconnect/crypto/media/roster';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { backEnds } from './kit/back-ends.js';
import { flipped } from './kit/hex.js';
import { makePerson, type Person } from './kit/people.js';
import { refusalOf } from './kit/refusals.js';

const callId = new Uint8Array(16).fill(0x11) as Bytes16;
const conversationId = new Uint8Array(16).fill(0x22) as Bytes16;
const otherId = new Uint8Array(16).fill(0x33) as Bytes16;

let alice: Person;
let bob: Person;
let mallory: Person;
beforeAll(async () => {
  [alice, bob, mallory] = await Promise.all([makePerson(p, 'alice'), makePerson(p, 'bob'), makePerson(p, 'mallory')]);
});

const member = (person: Person, fingerprint = 1) => ({
  userId: person.userId,
  deviceId: person.device.deviceId,
  fingerprint: new Uint8Array(32).fill(fingerprint) as Bytes32,
});
const device = (person: Person) => ({
  userId: person.userId,
  deviceId: person.device.deviceId,
  signer: person.device.signer,
});
const sign = (person: Person, people: readonly Person[], previous: SignedRoster | null = null) =>
  signRoster(p, {
    device: device(person),
    callId,
    conversationId,
    members: people.map((one) => member(one)),
    previous,
  });
const believe = (bytes: Uint8Array, from: Person, previous: SignedRoster | null = null, change: object = {}) =>
  verifyRoster(p, new Uint8Array(bytes), {
    device: from.verifiedDevice,
    callId,
    conversationId,
    previous,
    ...change,
  });

describe('a roster', () => {
  for (const backEnd of backEnds) {
    it(`is signed by a device and believed of it, members in order (${backEnd.backEnd})`, async () => {
      const members = [member(bob), member(alice)];
      const input = { device: device(alice), callId, conversationId, members, previous: null };
      const signed = await signRoster(backEnd, input);
      const believed = await believe(signed.roster.bytes, alice);
      expect(believed).toEqual(signed);
      expect(believed.roster).toMatchObject({ epoch: 1, callId, conversationId, signerUser: alice.userId });
      expect(sameMembers(believed, await sign(bob, [alice, bob]))).toBe(true);
    });
  }

  it('[T-87] is refused for every single byte that was changed, and for every other length', async () => {
    const { bytes } = (await sign(alice, [alice, bob])).roster;
    for (let index = 0; index < bytes.length; index++) {
      expect(await refusalOf(() => believe(flipped(bytes, index, 1 << (index % 8)), alice))).toBe('call-refused');
      expect(await refusalOf(() => believe(bytes.subarray(0, index), alice))).toBe('call-refused');
    }
    expect(await refusalOf(() => believe(Uint8Array.of(...bytes, 0), alice))).toBe('call-refused');
    expect(await refusalOf(() => believe(new Uint8Array(ROSTER_MAX_BYTES + 1), alice))).toBe('call-refused');
  });

  it('[T-87] of somebody else is not hers: another device, call or conversation', async () => {
    const { bytes } = (await sign(mallory, [alice, bob, mallory])).roster;
    expect(await refusalOf(() => believe(bytes, alice))).toBe('call-refused');
    const own = (await sign(alice, [alice, bob])).roster.bytes;
    expect(await refusalOf(() => believe(own, alice, null, { callId: otherId }))).toBe('call-refused');
    expect(await refusalOf(() => believe(own, alice, null, { conversationId: otherId }))).toBe('call-refused');
    const claimed = { ...mallory.verifiedDevice, userId: alice.userId, deviceId: alice.device.deviceId };
    expect(await refusalOf(() => believe(own, alice, null, { device: claimed }))).toBe('call-refused');
    for (const name of ['userId', 'deviceId'] as const) {
      const renamed = { ...alice.verifiedDevice, [name]: otherId };
      expect(await refusalOf(() => believe(own, alice, null, { device: renamed }))).toBe('call-refused');
    }
  });

  it('[T-87] has no entry for a device that nobody let in', async () => {
    const roster = await believe((await sign(alice, [alice, bob])).roster.bytes, alice);
    expect(rosterEntry(roster, member(bob))).toEqual(member(bob));
    expect(rosterEntry(roster, member(mallory))).toBeNull();
    expect(rosterEntry(roster, { userId: bob.userId, deviceId: mallory.device.deviceId })).toBeNull();
  });

  it('is not the same when a certificate or a person is another', async () => {
    const both = await sign(alice, [alice, bob]);
    const members = [member(alice), member(bob, 2)];
    const other = await signRoster(p, { device: device(alice), callId, conversationId, members, previous: null });
    expect(sameMembers(both, other)).toBe(false);
    expect(sameMembers(both, await sign(alice, [alice]))).toBe(false);
    expect(sameMembers(both, await sign(alice, [alice, mallory]))).toBe(false);
  });

  it('is not signed without oneself, for a ninth, or with somebody twice', async () => {
    expect(await refusalOf(() => sign(alice, [bob]))).toBe('call-refused');
    expect(await refusalOf(() => sign(alice, []))).toBe('call-refused');
    expect(await refusalOf(() => sign(alice, [alice, bob, bob]))).toBe('call-refused');
    const crowd = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        ...member(bob),
        deviceId: new Uint8Array(16).fill(index) as Bytes16,
      }));
    const signFor = (members: ReturnType<typeof crowd>) =>
      signRoster(p, { device: device(alice), callId, conversationId, members, previous: null });
    expect((await signFor([member(alice), ...crowd(7)])).roster.members).toHaveLength(8);
    expect(await refusalOf(() => signFor([member(alice), ...crowd(8)]))).toBe('call-refused');
  });
});

describe('the rosters of a device', () => {
  it('[T-86] follow one another: an earlier one is refused, and so is another of the same epoch', async () => {
    const first = await sign(alice, [alice, bob]);
    const second = await sign(alice, [alice], first);
    const seen = await believe(first.roster.bytes, alice);
    const next = await believe(second.roster.bytes, alice, seen);
    expect(next.roster.epoch).toBe(2);
    for (const bytes of [first.roster.bytes, second.roster.bytes]) {
      expect(await refusalOf(() => believe(bytes, alice, next))).toBe('call-refused');
    }
    expect(await refusalOf(() => believe(first.roster.bytes, alice, seen))).toBe('call-refused');
  });

  it('name the one before: the next one after another beginning is refused', async () => {
    const first = await sign(alice, [alice, bob]);
    const other = await sign(alice, [alice]);
    const afterOther = await sign(alice, [alice, bob], other);
    expect(await refusalOf(() => believe(afterOther.roster.bytes, alice, first))).toBe('call-refused');
  });

  it('[T-86] go forward alone: an earlier one that names the newest is refused', async () => {
    const first = await sign(alice, [alice, bob]);
    const after = (epoch: number, hash: Bytes32) => ({ roster: { ...first.roster, epoch }, hash });
    const fifth = await sign(alice, [alice, bob], after(4, first.hash));
    const third = await sign(alice, [alice], after(2, fifth.hash));
    expect([fifth.roster.epoch, third.roster.epoch]).toEqual([5, 3]);
    expect(await refusalOf(() => believe(third.roster.bytes, alice, fifth))).toBe('call-refused');
  });

  it('may miss one that was lost, and begin anywhere for who joins late', async () => {
    const first = await sign(alice, [alice, bob]);
    const second = await sign(alice, [alice], first);
    const third = await sign(alice, [alice, bob], second);
    expect((await believe(third.roster.bytes, alice, first)).roster.epoch).toBe(3);
    expect((await believe(third.roster.bytes, alice)).roster.epoch).toBe(3);
  });
});
