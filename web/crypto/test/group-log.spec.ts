import { readGroupEntry } from '@secureconnect/contracts/signed/group-entry';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { changeGroup, createGroup, memberKeys } from '@secureconnect/crypto/group/entries';
import { membersWithOtherKeys } from '@secureconnect/crypto/group/member-trust';
import { pinIdentity } from '@secureconnect/crypto/identity/pin';
import { openGroupName } from '@secureconnect/crypto/group/group-name';
import { type BundleLookup, type Replay, replayGroup, seqOfHead, stateAt } from '@secureconnect/crypto/group/replay';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { clientsOf, directoryOf, type GroupMemberClient, type StoredGroup } from './kit/groups.js';
import { flipped, hex } from './kit/hex.js';
import { makePerson, NOW_MS, type Person } from './kit/people.js';
import { refusalOf } from './kit/refusals.js';

let people: Person[];
let [alice, bob, carol, mallory] = [] as unknown as [Person, Person, Person, Person];
let store: StoredGroup;
let [asAlice, asBob, asCarol] = [] as unknown as [GroupMemberClient, GroupMemberClient, GroupMemberClient];

beforeAll(async () => {
  people = await Promise.all(['alice', 'bobby', 'carol', 'mallory'].map((name) => makePerson(p, name)));
  [alice, bob, carol, mallory] = people as [Person, Person, Person, Person];
});

beforeEach(async () => {
  const made = clientsOf(p, people);
  store = made.store;
  [asAlice, asBob, asCarol] = made.clients as [GroupMemberClient, GroupMemberClient, GroupMemberClient];
  await asAlice.create('Hiking');
  await asAlice.add(bob);
  await asAlice.change({ type: 'role', userId: bob.userId, role: 'admin' });
  await asBob.sync();
  await asBob.add(carol);
  await asAlice.sync();
});

const membersOf = ({ state }: GroupMemberClient) => new Set(state.members.keys());
const idsOf = (...persons: readonly Person[]) => new Set(persons.map(({ userId }) => idToHex(userId)));

/** What a client that knows nothing makes of these entries. */
const replayed = (entries: readonly Uint8Array[], lookUp: BundleLookup = directoryOf(people)) =>
  replayGroup(p, null, entries, lookUp);
const refusalIn = (replay: Replay) => (replay.ok ? 'was not refused' : `${replay.refusal} at ${replay.seq}`);

describe('a group log', () => {
  it('comes to the same for everybody who replays it from the creation', async () => {
    await asCarol.sync();
    for (const client of [asAlice, asBob, asCarol]) {
      expect(membersOf(client)).toEqual(idsOf(alice, bob, carol));
      expect(hex(client.state.head)).toBe(hex(asAlice.state.head));
    }
    const whole = await replayed(store.entries);
    expect(whole).toMatchObject({ ok: true, history: { state: { seq: 4 } } });
  });

  it('is replayed in pages, and again, without a difference', async () => {
    const first = await replayed(store.entries.slice(0, 2));
    const second = await replayGroup(p, first.history, store.entries.slice(1), directoryOf(people));
    expect(second).toMatchObject({ ok: true });
    expect(hex(second.history!.state.head)).toBe(hex(asAlice.state.head));
  });

  it('tells what it came to at every entry', () => {
    const { history } = asAlice;
    const sizes = [1, 2, 3, 4].map((seq) => stateAt(history!, seq)!.members.size);
    expect([sizes, stateAt(history!, 0), stateAt(history!, 5)]).toEqual([[1, 2, 2, 3], null, null]);
    const heads = history!.entries.map(({ hash }) => seqOfHead(history!, hash));
    expect([heads, seqOfHead(history!, alice.identity.pin)]).toEqual([[1, 2, 3, 4], null]);
  });

  it('[T-68] does not take an entry that the server wrote, or that somebody signed for somebody else', async () => {
    const add = { type: 'add', userId: mallory.userId, keys: memberKeys(mallory.identity.current) } as const;
    const asOther = { account: { ...mallory.account, userId: alice.userId }, deviceId: alice.device.deviceId };
    const forged = await changeGroup(p, asOther, asAlice.state, add, NOW_MS);
    store.entries.push(forged.bytes);
    expect(refusalIn(await replayed(store.entries))).toBe('signature at 5');
    const before = membersOf(asBob);
    expect(refusalIn(await asBob.sync())).toBe('signature at 5');
    expect(membersOf(asBob)).toEqual(before);
  });

  it('[T-41] does not take an entry in which a byte was changed', async () => {
    const entries = store.entries.slice(0, 1);
    const bytes = store.entries[1]!;
    for (let from = 0; from < bytes.length; from += 64) {
      const tried = Array.from({ length: Math.min(64, bytes.length - from) }, async (_, offset) => {
        const index = from + offset;
        const before = await replayed(entries);
        return replayGroup(p, before.history, [flipped(bytes, index, 1 << (index % 8))], directoryOf(people));
      });
      for (const replay of await Promise.all(tried)) {
        expect(replay.ok).toBe(false);
        expect(replay.history!.state.seq).toBe(1);
      }
    }
  }, 60_000);

  it('[T-74] does not take keys that are not those which the log names', async () => {
    const swapped: BundleLookup = async (userId, bundleVer) => {
      const asked = hex(userId) === hex(alice.userId) ? mallory.userId : userId;
      return directoryOf(people)(asked, bundleVer);
    };
    expect(refusalIn(await replayed(store.entries, swapped))).toBe('actor-unknown at 1');
    expect(refusalIn(await replayed(store.entries, () => Promise.resolve(null)))).toBe('actor-unknown at 1');
    for (const change of [{ pin: bob.identity.pin }, { bundleHash: bob.identity.pin }, { bundleVer: 2 }]) {
      const keys = { ...memberKeys(carol.identity.current), ...change };
      const { clients, store: other } = clientsOf(p, people);
      const [owner, , guest] = clients as [GroupMemberClient, GroupMemberClient, GroupMemberClient];
      await owner.create('Planted');
      await owner.change({ type: 'add', userId: carol.userId, keys });
      await guest.sync();
      await guest.change({ type: 'leave' });
      expect(refusalIn(await replayed(other.entries))).toBe('actor-unknown at 3');
    }
  });

  it('does not take what was signed with keys that a fresh start has superseded', async () => {
    const superseded =
      (atMs: number): BundleLookup =>
      async (userId, bundleVer) => {
        const known = await directoryOf(people)(userId, bundleVer);
        return known && { ...known, supersededAtMs: hex(userId) === hex(bob.userId) ? atMs : null };
      };
    expect(refusalIn(await replayed(store.entries, superseded(NOW_MS)))).toBe('actor-superseded at 4');
    expect(await replayed(store.entries, superseded(NOW_MS + 1))).toMatchObject({ ok: true });
  });

  it('[T-75] does not take what the rules forbid, though it is signed', async () => {
    await asCarol.sync();
    const grab = { type: 'role', userId: carol.userId, role: 'admin' } as const;
    expect(await refusalOf(() => asCarol.change(grab))).toBe('group-refused');
    // carol's client would have to break its own rules: it signs as if she were an admin already
    const members = new Map(asCarol.state.members);
    members.set(idToHex(carol.userId), { ...members.get(idToHex(carol.userId))!, role: 'owner' });
    const dreamt = await changeGroup(
      p,
      asCarol.actor,
      { ...asCarol.state, members },
      { type: 'remove', userId: bob.userId },
      NOW_MS,
    );
    store.entries.push(dreamt.bytes);
    expect(refusalIn(await asAlice.sync())).toBe('not-allowed at 5');
  });

  it('[T-72] shows another story in the same place as a fork', async () => {
    const before = asAlice.state;
    await asAlice.change({ type: 'remove', userId: carol.userId });
    await asBob.sync();
    const other = await changeGroup(p, asAlice.actor, before, { type: 'policy', anyoneRenames: true }, NOW_MS);
    store.entries[4] = other.bytes;
    expect(refusalIn(await asBob.sync())).toBe('forked at 5');
    expect(membersOf(asBob)).toEqual(idsOf(alice, bob));
    store.entries.push(
      (await changeGroup(p, asAlice.actor, other.state, { type: 'policy', anyoneRenames: false }, NOW_MS)).bytes,
    );
    expect(refusalIn(await replayGroup(p, asBob.history, store.entries.slice(5), asBob.lookUp))).toBe('forked at 6');
  });

  it('[T-71] does not lose what is known when an older log is served', async () => {
    await asAlice.change({ type: 'remove', userId: carol.userId });
    store.entries.pop();
    await asAlice.sync();
    expect(membersOf(asAlice)).toEqual(idsOf(alice, bob));
  });

  it('is refused where entries are missing, are exchanged, or are none', async () => {
    const [first, second, third, fourth] = store.entries as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    expect(refusalIn(await replayed([first, third, fourth]))).toBe('out-of-order at 3');
    expect(refusalIn(await replayed([first, third, second]))).toBe('out-of-order at 3');
    expect(refusalIn(await replayed([second]))).toBe('out-of-order at 2');
    expect(refusalIn(await replayed([]))).toBe('out-of-order at 0');
    expect(refusalIn(await replayed([first, new Uint8Array(10)]))).toBe('malformed at 0');
    expect(refusalIn(await replayed([first, new Uint8Array(1_000_000)]))).toBe('malformed at 0');
  });

  it('[T-76] has an id that nobody but its creator can make', async () => {
    const { groupId, random } = { groupId: asAlice.state.groupId, random: readGroupEntry(store.entries[0]!).payload };
    expect(random.type).toBe('create');
    const bundle = mallory.identity.current;
    const planted = await createGroup(
      p,
      { account: mallory.account, deviceId: groupId },
      { bundle, name: 'x', nowMs: 1 },
    );
    const bytes = planted.bytes.slice();
    bytes.set(groupId, 4);
    expect(refusalIn(await replayed([bytes]))).toBe('wrong-group at 1');
  });
});

describe('the name of a group', () => {
  const nameFor = async (client: GroupMemberClient) => {
    const name = client.newestEpoch?.name;
    return name?.seq === client.state.name.seq ? openGroupName(p, client.state, name.key) : null;
  };

  it('is read by members alone: by who was there, and by who came later', async () => {
    await asAlice.rotate();
    await Promise.all([asBob.sync(), asCarol.sync()]);
    for (const client of [asAlice, asBob, asCarol]) expect(await nameFor(client)).toBe('Hiking');
    await asBob.rename('Climbing 🧗');
    await asAlice.sync();
    await asAlice.rotate();
    await Promise.all([asBob.sync(), asCarol.sync()]);
    for (const client of [asAlice, asBob, asCarol]) expect(await nameFor(client)).toBe('Climbing 🧗');
    const text = store.entries.map((bytes) => new TextDecoder('latin1').decode(bytes)).join('');
    expect(text).not.toMatch(/Hiking|Climbing/);
  });

  it('is not read by who was removed before it was given', async () => {
    await asAlice.rotate();
    await asCarol.sync();
    await asAlice.change({ type: 'remove', userId: carol.userId });
    await asAlice.rotate();
    await asAlice.rename('Without Carol');
    await asAlice.rotate();
    await asCarol.sync();
    const { state } = asAlice;
    for (const epoch of asCarol.epochs.values()) {
      expect(await openGroupName(p, state, epoch.name!.key)).toBeNull();
    }
    expect(await openGroupName(p, state, (await asAlice.nameKey())!.key)).toBe('Without Carol');
  });

  it('[T-79] does not open in another place, with another key, or when a byte was changed', async () => {
    const { state } = asAlice;
    const { key } = (await asAlice.nameKey()) ?? asAlice.newestEpoch!.name!;
    expect(await openGroupName(p, state, key)).toBe('Hiking');
    const moved = { ...state, name: { ...state.name, seq: 2 } };
    const other = { ...state, groupId: bob.userId };
    for (const place of [moved, other]) expect(await openGroupName(p, place, key)).toBeNull();
    expect(await openGroupName(p, state, flipped(key, 0) as typeof key)).toBeNull();
    const { sealed } = state.name;
    for (let index = 0; index < sealed.length; index++) {
      const altered = { ...state, name: { ...state.name, sealed: flipped(sealed, index) } };
      expect(await openGroupName(p, altered, key)).toBeNull();
    }
  });

  it('is 1 to 100 characters without controls, all of one size on the wire', async () => {
    const sizes = new Set<number>();
    for (const name of ['x', 'x'.repeat(100), '👋'.repeat(50)]) {
      const bundle = alice.identity.current;
      const { state } = await createGroup(p, asAlice.actor, { bundle, name, nowMs: NOW_MS });
      sizes.add(state.name.sealed.length);
    }
    expect(sizes.size).toBe(1);
    for (const name of ['', 'x'.repeat(101), 'a\nb', '\ud83d']) {
      expect(await refusalOf(() => asAlice.rename(name))).toBe('content-invalid');
    }
    expect(
      await refusalOf(() => asCarol.sync().then(() => asCarol.change({ type: 'policy', anyoneRenames: true }))),
    ).toBe('group-refused');
  });
});

describe('the keys of a member', () => {
  it('are what the log says, whatever the directory says', () => {
    const member = asAlice.state.members.get(idToHex(bob.userId))!;
    expect(hex(member.pin)).toBe(hex(bob.identity.pin));
    expect(hex(member.bundleHash)).toBe(hex(bob.identity.current.hash));
  });

  it('[T-74] are told apart from those that are pinned here', () => {
    const withOther = (pinOf: Parameters<typeof membersWithOtherKeys>[1]) =>
      membersWithOtherKeys(asAlice.state, pinOf).map(({ userId }) => hex(userId));
    const pinned = new Map(people.map((person) => [hex(person.userId), pinIdentity(person.identity, NOW_MS)]));
    expect(withOther(() => null)).toEqual([]);
    expect(withOther((userId) => pinned.get(hex(userId))!)).toEqual([]);
    pinned.set(hex(bob.userId), { ...pinIdentity(mallory.identity, NOW_MS), peerUserId: bob.userId });
    expect(withOther((userId) => pinned.get(hex(userId))!)).toEqual([hex(bob.userId)]);
    const earlier = [{ pin: bob.identity.pin, replacedAtMs: NOW_MS, verifiedAtMs: null, method: 'none' as const }];
    pinned.set(hex(bob.userId), { ...pinned.get(hex(bob.userId))!, earlier });
    expect(withOther((userId) => pinned.get(hex(userId))!)).toEqual([hex(bob.userId)]);
  });
});
