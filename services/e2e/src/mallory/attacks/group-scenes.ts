import type { GroupView } from '@secureconnect/client/acts/group-acts';
import { type Bytes, concatBytes, sameBytes } from '@secureconnect/contracts/signed/bytes';
import { readEnvelope } from '@secureconnect/contracts/signed/envelope';
import {
  GROUP_ENTRY_TYPES,
  type GroupEntryType,
  groupEntryPreimage,
} from '@secureconnect/contracts/signed/group-entry';
import {
  type EpochWrap,
  type GroupEpoch,
  readEpochWraps,
  readGroupEpoch,
} from '@secureconnect/contracts/signed/group-epoch';
import { foldGroup, type GroupState } from '@secureconnect/contracts/signed/group-rules';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { label } from '@secureconnect/contracts/signed/labels';
import { ByteWriter } from '@secureconnect/crypto/encoding/byte-writer';
import { unwrapContentKey } from '@secureconnect/crypto/envelope/key-wrap';
import { type GroupActor, hashEntry } from '@secureconnect/crypto/group/entries';
import { type EpochKey, epochWrapContext, groupContentKey } from '@secureconnect/crypto/group/epoch-keys';
import { hkdfExpand32 } from '@secureconnect/crypto/hazmat/hkdf-steps';
import { signAsAccount } from '@secureconnect/crypto/identity/signatures';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { registerBare, type BareAccount } from '../../people/bare-account.js';
import { must, type Person } from '../../people/person.js';
import { eventually } from '../../waiting/eventually.js';
import type { World } from '../../world/world.js';
import { userIdOf } from '../deceived-pair.js';
import { falseIdentityOf } from '../forgeries.js';
import { type CommittedEpoch, GroupHand, GroupStory } from '../group-story.js';
import { Mallory } from '../mallory.js';
import type { Played } from './attack.js';
import { comesToPass } from './scenes.js';

/** How long an attack has to work; what holds is seen much sooner. */
const PATIENCE_MS = 20_000;

/** alice's group with bob, whom mallory tells what she likes; eve works for mallory, as one of its members or from outside. */
export interface DeceivedGroup {
  readonly alice: Person;
  readonly bob: Person;
  readonly bobsId: string;
  readonly eve: BareAccount;
  readonly mallory: Mallory;
  readonly story: GroupStory;
  readonly groupId: GroupView['conversationId'];
  /** Everything of the group that passes the server on alice's side. */
  readonly hand: GroupHand;
}

export async function deceivedGroup(world: World, { eveIsIn }: { readonly eveIsIn: boolean }): Promise<DeceivedGroup> {
  const before = await Mallory.before(world);
  const mallory = await Mallory.before(world, 2);
  const hand = new GroupHand(before);
  const alice = await world.newcomer('alice', before.place);
  const bob = await world.newcomer('bob', mallory.place);
  const eve = await registerBare(world.place(), world.name('eve'));
  const name = world.name('group');
  const members = eveIsIn ? [bob.username, eve.username] : [bob.username];
  const { conversationId: groupId } = must(await alice.messenger.createGroup(name, members));
  await bob.conversationWith(name);
  const bobsId = await userIdOf(bob);
  const story = new GroupStory(mallory, bobsId, groupId);
  story.tellEpochsUpTo(1);
  return { alice, bob, bobsId, eve, mallory, story, groupId, hand };
}

/** What the log comes to, for whoever does not ask who signed it. */
export async function stateOf(entries: readonly Uint8Array[]): Promise<GroupState> {
  const p = await loadPrimitives();
  const [first, ...rest] = await Promise.all(entries.map((bytes) => hashEntry(p, bytes)));
  const fold = foldGroup(null, [first!, ...rest]);
  if (!fold.ok) throw new Error(`the log does not hold: ${fold.refusal}`);
  return fold.state;
}

/** Somebody of alice's name and id, with keys of mallory's. */
export async function falseAlice({ alice }: Pick<DeceivedGroup, 'alice'>): Promise<GroupActor> {
  const { account, device } = await falseIdentityOf(await userIdOf(alice), alice.username);
  return { account: account.account, deviceId: device.deviceId };
}

export const asActor = ({ account, device }: BareAccount): GroupActor => ({
  account: account.account,
  deviceId: device.deviceId,
});

/** The next entry of a log, whether it is allowed or not. `payload`: as PROTOCOL 6.1 lays it out. */
export async function forgeEntry(
  { account, deviceId }: GroupActor,
  { groupId, head, seq }: GroupState,
  type: GroupEntryType,
  payload: Bytes,
): Promise<Bytes> {
  const signed = new ByteWriter()
    .magic('SCG1')
    .raw(groupId)
    .u64(seq + 1)
    .raw(head)
    .u8(GROUP_ENTRY_TYPES[type])
    .raw(account.userId)
    .raw(deviceId)
    .u64(Date.now())
    .op32(payload)
    .finish();
  const p = await loadPrimitives();
  return concatBytes(signed, await signAsAccount(p, account, groupEntryPreimage(signed)));
}

/** bob is told of one more entry and writes to the group; what he sees, once mallory has what she wants or he is warned. */
export async function tellEntry(
  { bob, groupId, story }: DeceivedGroup,
  entry: Uint8Array,
  harmIn: (view: GroupView) => string | null,
): Promise<Played> {
  story.telling = (entries) => [...entries, entry];
  await story.moves();
  await bob.messenger.send(groupId, 'hello');
  const harm = async () => harmIn(must(await bob.messenger.group(groupId)));
  await comesToPass(harm, (found) => found !== null || bob.alarms.length > 0, PATIENCE_MS);
  return { harm: await harm(), shown: bob.alarms[0] ?? null };
}

/** bob sees his group so. */
export function bobSees({ bob, groupId }: DeceivedGroup, isSo: (view: GroupView) => boolean): Promise<GroupView> {
  return eventually(async () => must(await bob.messenger.group(groupId)), isSo, PATIENCE_MS);
}

export const isIn = ({ members }: GroupView, userId: string) => members.some(({ peer }) => peer.userId === userId);

/** The wrap of an epoch that was made for somebody; undefined for nobody's. */
export function wrapFor({ wraps }: CommittedEpoch, userId: string): EpochWrap | undefined {
  return readEpochWraps(wraps).find((wrap) => idToHex(wrap.userId) === userId);
}

/** The secret of an epoch, by whatever wrap of it; null where the account's keys do not open it. */
export async function secretBy(
  { account }: BareAccount,
  committed: CommittedEpoch,
  wrap: EpochWrap,
): Promise<{ readonly epoch: GroupEpoch; readonly key: EpochKey } | null> {
  const p = await loadPrimitives();
  const epoch = readGroupEpoch(committed.epoch);
  const keys = account.account.encryption.get(wrap.bundleVer);
  if (keys === undefined) return null;
  try {
    const secret = await unwrapContentKey(p, await epochWrapContext(p, epoch), wrap, keys);
    return { epoch, key: (await p.importHkdf(secret)) as EpochKey };
  } catch {
    return null;
  }
}

/** Whether a group's envelope opens with this secret. */
export async function opensWith(key: EpochKey, envelope: Uint8Array): Promise<boolean> {
  const p = await loadPrimitives();
  const { commitment, header } = readEnvelope(envelope);
  const committed = await hkdfExpand32(p, await groupContentKey(p, key, header), label('commit'));
  return sameBytes(committed, commitment);
}

/** Every secret that an account has of these epochs, though it may try the wraps of everybody. */
export async function secretsOf(account: BareAccount, epochs: readonly CommittedEpoch[]): Promise<EpochKey[]> {
  const secrets: EpochKey[] = [];
  for (const committed of epochs) {
    for (const wrap of readEpochWraps(committed.wraps)) {
      const found = await secretBy(account, committed, wrap);
      if (found !== null) secrets.push(found.key);
    }
  }
  return secrets;
}
