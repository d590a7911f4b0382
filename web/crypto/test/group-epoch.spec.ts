import { refuseEpoch } from '@secureconnect/contracts/signed/epoch-rules';
import { epochPreimage, readEpochWraps, readGroupEpoch } from '@secureconnect/contracts/signed/group-epoch';
import { growTree } from '@secureconnect/contracts/signed/hash-tree';
import { concatBytes } from '@secureconnect/contracts/signed/bytes';
import { hashed } from '@secureconnect/crypto/group/hashing';
import { bundleToSealFor, makeEpoch } from '@secureconnect/crypto/group/make-epoch';
import { openEpoch, type OpenEpochContext, type SealedEpoch } from '@secureconnect/crypto/group/open-epoch';
import { type BundleLookup, replayGroup } from '@secureconnect/crypto/group/replay';
import { signAsAccount } from '@secureconnect/crypto/identity/signatures';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { identityOf, secondBundle } from './kit/bundles.js';
import { clientsOf, directoryOf, type GroupMemberClient, type StoredGroup } from './kit/groups.js';
import { flipped, hex } from './kit/hex.js';
import { makePerson, NOW_MS, type Person } from './kit/people.js';
import { refusalOf } from './kit/refusals.js';

let people: Person[];
let [alice, bob, carol, mallory] = [] as unknown as [Person, Person, Person, Person];
let store: StoredGroup;
let [asAlice, asBob, asCarol] = [] as unknown as [GroupMemberClient, GroupMemberClient, GroupMemberClient];
/** Epoch 2, of all three. */
let forBob: SealedEpoch;

beforeAll(async () => {
  people = await Promise.all(['alice', 'bobby', 'carol', 'mallory'].map((name) => makePerson(p, name)));
  [alice, bob, carol, mallory] = people as [Person, Person, Person, Person];
  const made = clientsOf(p, people);
  store = made.store;
  [asAlice, asBob, asCarol] = made.clients as [GroupMemberClient, GroupMemberClient, GroupMemberClient];
  await asAlice.create('Hiking');
  await asAlice.add(bob);
  await asAlice.add(carol);
  await asAlice.rotate();
  await Promise.all([asBob.sync(), asCarol.sync()]);
  forBob = (await store.epochFor(2, bob.userId))!;
});

const openAsBob = (change: Partial<SealedEpoch> = {}, context: Partial<OpenEpochContext> = {}) =>
  openEpoch(
    p,
    { ...forBob, ...change },
    { history: asBob.history!, reader: bob.account, lookUp: directoryOf(people), ...context },
  );
async function refusal(...given: Parameters<typeof openAsBob>): Promise<string> {
  const opening = await openAsBob(...given);
  return opening.ok ? 'was not refused' : opening.refusal;
}

/** The epoch with other signed bytes, signed by Alice: what a member who means harm can do. */
async function signedAnew(change: (signed: Uint8Array) => void, by: Person = alice): Promise<Uint8Array> {
  const signed = readGroupEpoch(forBob.epoch).signed.slice();
  change(signed);
  return concatBytes(signed, await signAsAccount(p, by.account, epochPreimage(signed)));
}
const AT = { groupSeq: 60, groupHead: 68, committer: 100, size: 140, root: 142, commitment: 174, info: 206 } as const;

describe('an epoch', () => {
  it('opens for every member, to one secret and one code', async () => {
    const codes = [asAlice, asBob, asCarol].map(({ newestEpoch }) => newestEpoch!.code);
    expect(new Set(codes).size).toBe(1);
    expect(codes[0]).toMatch(/^[0-9]{30}$/);
    const { bytes } = await asAlice.text('hello');
    expect(await asCarol.open(bytes)).toMatchObject({ ok: true });
  });

  it('is what the server accepts too', async () => {
    const epoch = readGroupEpoch(store.epochs[1]!.bytes);
    const wraps = readEpochWraps(store.epochs[1]!.wraps);
    const { root } = await hashed(p, growTree(wraps.map(({ bytes }) => bytes)));
    const newest = { epoch: 1, hash: epoch.previousEpochHash };
    expect(refuseEpoch(asAlice.state, newest, epoch, { wraps, root })).toBeNull();
  });

  it('is made from nothing of the one before', async () => {
    const [one, other] = [await asAlice.make(), await asAlice.make()];
    const commitments = [one, other].map(({ bytes }) => hex(readGroupEpoch(bytes).commitment));
    expect(new Set(commitments).size).toBe(2);
    expect(one.opened.code).not.toBe(other.opened.code);
    expect(hex(readGroupEpoch(one.bytes).previousEpochHash)).toBe(hex(asAlice.epochs.get(2)!.hash));
  });

  it('[T-51] in which a byte of epoch, wrap or proof was changed does not open', async () => {
    const altered: Partial<SealedEpoch>[] = [
      ...Array.from(forBob.epoch, (_, index) => ({ epoch: flipped(forBob.epoch, index, 1 << (index % 8)) })),
      ...Array.from(forBob.wrap, (_, index) => ({ wrap: flipped(forBob.wrap, index, 1 << (index % 8)) })),
      ...forBob.proof.flatMap((hash, which) =>
        Array.from(hash, (_, index) => ({ proof: forBob.proof.with(which, flipped(hash, index)) })),
      ),
    ];
    const reasons = new Set<string>();
    for (let from = 0; from < altered.length; from += 64) {
      const some = altered.slice(from, from + 64).map((change) => refusal(change));
      for (const reason of await Promise.all(some)) reasons.add(reason);
    }
    expect(reasons).not.toContain('was not refused');
    expect(altered.length).toBe(3_647 + 1_412 + 32 * forBob.proof.length);
  }, 60_000);

  it("[T-51] does not open with another member's wrap, a longer or shorter proof, or for somebody else", async () => {
    const forCarol = (await store.epochFor(2, carol.userId))!;
    expect(await refusal({ wrap: forCarol.wrap, proof: forCarol.proof })).toBe('wrong-proof');
    expect(await refusal({ proof: forCarol.proof })).toBe('wrong-proof');
    expect(await refusal({ proof: forBob.proof.slice(1) })).toBe('wrong-proof');
    expect(await refusal({ proof: [...forBob.proof, forBob.proof[0]!] })).toBe('wrong-proof');
    expect(await refusal({ proof: [new Uint8Array(31)] })).toBe('wrong-proof');
    expect(await refusal({}, { reader: mallory.account })).toBe('not-a-member');
    expect(await refusal({}, { reader: { ...bob.account, encryption: carol.account.encryption } })).toBe(
      'undecryptable',
    );
    expect(await refusal({}, { reader: { ...bob.account, encryption: new Map() } })).toBe('key-missing');
    expect(await refusal({ epoch: new Uint8Array(20_000) })).toBe('malformed');
  });

  it('[T-70] by somebody who is not in the group is none', async () => {
    const byMallory = await signedAnew((signed) => signed.set(mallory.userId, AT.committer), mallory);
    expect(await refusal({ epoch: byMallory })).toBe('not-a-member');
    expect(await refusal({ epoch: await signedAnew(() => undefined, mallory) })).toBe('signature');
    const unknown: BundleLookup = () => Promise.resolve(null);
    expect(await refusal({}, { lookUp: unknown })).toBe('actor-unknown');
    const superseded: BundleLookup = async (...of) => {
      const known = await directoryOf(people)(...of);
      return known && { ...known, supersededAtMs: NOW_MS };
    };
    expect(await refusal({}, { lookUp: superseded })).toBe('actor-superseded');
  });

  it('for a head that is not in the log is not believed', async () => {
    const other = await signedAnew((signed) => signed.set(p.randomBytes(32), AT.groupHead));
    expect(await refusal({ epoch: other })).toBe('head-unknown');
    expect(await refusal({ epoch: await signedAnew((signed) => signed.set([9], AT.groupSeq + 7)) })).toBe(
      'head-unknown',
    );
    const elsewhere = await signedAnew((signed) => signed.set(bob.userId, 4));
    expect(await refusal({ epoch: elsewhere })).toBe('wrong-group');
    const behind = await replayGroup(p, null, store.entries.slice(0, 2), directoryOf(people));
    expect(await refusal({}, { history: behind.history! })).toBe('head-unknown');
  });

  it('[T-52] that commits to another secret, or hides another number of members, is refused', async () => {
    expect(await refusal({ epoch: await signedAnew((signed) => signed.set(p.randomBytes(32), AT.commitment)) })).toBe(
      'commitment',
    );
    expect(await refusal({ epoch: await signedAnew((signed) => signed.set([0, 2], AT.size)) })).toBe('wrong-proof');
    expect(await refusal({ epoch: await signedAnew((signed) => signed.set(p.randomBytes(32), AT.root)) })).toBe(
      'wrong-proof',
    );
    expect(await refusal({ epoch: await signedAnew((signed) => signed.set(p.randomBytes(68), AT.info)) })).toBe(
      'undecryptable',
    );
  });

  it('[T-72] under a number that is known otherwise, or beside the known one, is a fork', async () => {
    const { hash } = asBob.epochs.get(2)!;
    const other = alice.identity.pin;
    expect(await refusal({}, { known: { epoch: 2, hash } })).toBe('was not refused');
    expect(await refusal({}, { known: { epoch: 2, hash: other } })).toBe('forked');
    expect(await refusal({}, { known: { epoch: 1, hash: other } })).toBe('forked');
    expect(await refusal({}, { known: { epoch: 7, hash: other } })).toBe('was not refused');
    expect(await refusal({}, { known: null })).toBe('was not refused');
  });

  it('is not made by who is no member, for who is none, without somebody, or for other keys than the log names', async () => {
    const { state } = asAlice;
    const bundles = [alice, bob, carol].map((person) => person.identity.current);
    const input = { group: state, newest: null, bundles, name: null, nowMs: NOW_MS };
    const attempt = (change: object, actor = asAlice.actor) =>
      refusalOf(() => makeEpoch(p, actor, { ...input, ...change }));
    const asMallory = { account: mallory.account, deviceId: mallory.device.deviceId };
    expect(await attempt({}, asMallory)).toBe('group-refused');
    expect(await attempt({ bundles: bundles.slice(1) })).toBe('group-refused');
    expect(await attempt({ bundles: [...bundles, mallory.identity.current] })).toBe('group-refused');
    expect(await attempt({ bundles: [...bundles.slice(0, 2), mallory.identity.current] })).toBe('group-refused');
    const swapped = { ...carol.identity.current, pin: mallory.identity.pin };
    expect(await attempt({ bundles: [...bundles.slice(0, 2), swapped] })).toBe('group-refused');
  });

  it('is sealed for the newest keys of the same pin, and never for keys of another', async () => {
    const member = [...asAlice.state.members.values()].find(({ userId }) => hex(userId) === hex(bob.userId))!;
    const renewed = await identityOf(bob, [bob.bundle, await secondBundle(bob)]);
    expect(bundleToSealFor(member, renewed)!.bundle.bundleVer).toBe(2);
    const reset = await identityOf(bob, [
      bob.bundle,
      await secondBundle(bob, { signer: mallory.account, reset: true }),
    ]);
    expect(bundleToSealFor(member, reset)!.bundle.bundleVer).toBe(1);
    expect(bundleToSealFor({ ...member, bundleVer: 2 }, reset)).toBeNull();
    expect(bundleToSealFor({ ...member, userId: mallory.userId, pin: alice.identity.pin }, renewed)).toBeNull();
  });
});
