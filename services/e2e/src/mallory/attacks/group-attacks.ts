import type * as standings from '@secureconnect/client/conversations/standing';
import { GROUP_ROLES } from '@secureconnect/contracts/signed/group-entry';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { ByteWriter } from '@secureconnect/crypto/encoding/byte-writer';
import { createGroup } from '@secureconnect/crypto/group/entries';
import { nameKeyOf, sealGroupName } from '@secureconnect/crypto/group/group-name';
import type { VerifiedBundle } from '@secureconnect/crypto/identity/bundle';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { must } from '../../people/person.js';
import type { World } from '../../world/world.js';
import { userIdOf } from '../deceived-pair.js';
import { readIdentity } from '../forgeries.js';
import { GroupStory } from '../group-story.js';
import { Mallory } from '../mallory.js';
import { type Attack, defencesOf, type Played } from './attack.js';
import {
  asActor,
  deceivedGroup,
  falseAlice,
  forgeEntry,
  secretBy,
  stateOf,
  tellEntry,
  wrapFor,
} from './group-scenes.js';
import { anyLog, everybodyMay, noAccountSignature } from './groups-off.js';
import { comesToPass, publishedBy } from './scenes.js';

const PATIENCE_MS = 20_000;

/** What an entry says that takes somebody in. */
function added({ bundle, hash, pin }: VerifiedBundle) {
  return new ByteWriter().raw(bundle.userId).raw(pin).u32(bundle.bundleVer).raw(hash).finish();
}

/** bob's group with somebody in it whom no member has taken in. */
async function ghost(world: World, signedBy: 'false alice' | 'eve'): Promise<Played> {
  const scene = await deceivedGroup(world, { eveIsIn: false });
  const { eve, story } = scene;
  const actor = signedBy === 'eve' ? asActor(eve) : await falseAlice(scene);
  const entry = await forgeEntry(
    actor,
    await stateOf(await story.entries()),
    'add',
    added(eve.account.identity.current),
  );
  return tellEntry(scene, entry, () => {
    const isSealedFor = [...story.epochs.values()].some((epoch) => wrapFor(epoch, eve.userId) !== undefined);
    return isSealedFor ? 'bob seals for eve' : null;
  });
}

/** Who is in a group, who may do what in it, and what it is called. */
export const GROUP_ATTACKS: readonly Attack[] = [
  {
    row: 68,
    name: 'a ghost in the group, taken in by the server in alice’s name',
    expect: 'detected',
    play: (world) => ghost(world, 'false alice'),
    without: [noAccountSignature],
  },
  {
    row: 75,
    name: 'a role for eve, given by the server in alice’s name',
    expect: 'detected',
    async play(world) {
      const scene = await deceivedGroup(world, { eveIsIn: true });
      const { eve, story } = scene;
      const payload = new ByteWriter().raw(idFromHex(eve.userId)).u8(GROUP_ROLES.admin).finish();
      const entry = await forgeEntry(await falseAlice(scene), await stateOf(await story.entries()), 'role', payload);
      return tellEntry(scene, entry, ({ members }) => {
        const eves = members.find(({ peer }) => peer.userId === eve.userId);
        return eves?.role === 'admin' ? 'eve is an admin' : null;
      });
    },
    without: [noAccountSignature],
  },
  {
    row: 75,
    name: 'bob removed by eve, who is no admin and signs it herself',
    expect: 'detected',
    async play(world) {
      const scene = await deceivedGroup(world, { eveIsIn: true });
      const { bobsId, eve, story } = scene;
      const payload = new ByteWriter().raw(idFromHex(bobsId)).finish();
      const entry = await forgeEntry(asActor(eve), await stateOf(await story.entries()), 'remove', payload);
      return tellEntry(scene, entry, ({ ownRole }) => (ownRole === null ? 'bob is out' : null));
    },
    without: [everybodyMay],
  },
  {
    row: 76,
    name: 'a group that alice has not begun',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world, 2);
      const { alice, bob } = await world.aliceAndBob({ bob: mallory.place });
      const p = await loadPrimitives();
      const nowMs = Date.now();
      const real = await readIdentity(await publishedBy(bob, world.endpoints().auth, await userIdOf(alice)));
      const begun = await createGroup(p, await falseAlice({ alice }), { bundle: real.current, name: 'family', nowMs });
      const bobs = await readIdentity(await publishedBy(bob, world.endpoints().auth, await userIdOf(bob)));
      const bobsId = await userIdOf(bob);
      const taken = await forgeEntry(await falseAlice({ alice }), begun.state, 'add', added(bobs.current));
      const groupId = idToHex(begun.state.groupId);
      const story = new GroupStory(mallory, bobsId, groupId);
      story.telling = () => [begun.bytes, taken];
      mallory.sockets.emit('conversation:opened', {
        conversation: {
          conversationId: groupId,
          kind: 'group',
          members: [await userIdOf(alice), bobsId],
          lastSeq: 0,
          createdAtMs: nowMs,
          lastAtMs: nowMs,
        },
      });
      const isShown = async () =>
        (await bob.messenger.conversations()).some(({ conversationId }) => conversationId === groupId);
      await comesToPass(isShown, (shown) => shown || bob.alarms.length > 0, PATIENCE_MS);
      return { harm: (await isShown()) ? 'bob is in alice’s group' : null, shown: bob.alarms[0] ?? null };
    },
    without: [noAccountSignature],
  },
  {
    row: 76,
    name: 'a group of a stranger, in which bob is all at once',
    expect: 'withstood',
    async play(world) {
      const bob = world.person(world.name('bob'), world.place(2), { acceptsRequests: false });
      await bob.signUp();
      const stranger = await world.newcomer('stranger');
      const group = must(await stranger.messenger.createGroup('WORDS OF A STRANGER', [bob.username]));
      const view = async () =>
        (await bob.messenger.conversations()).find(({ conversationId }) => conversationId === group.conversationId);
      await comesToPass(view, (found) => found !== undefined && found.group?.invitedBy !== null, PATIENCE_MS);
      const found = await view();
      const isRead = found?.standing !== 'request' || found.peer.username.includes('STRANGER');
      return { harm: isRead ? 'bob reads what the stranger calls it' : null, shown: null };
    },
    without: [
      defencesOf<typeof standings>('@secureconnect/client/conversations/standing').no('standingOf', () => () => 'open'),
    ],
  },
  {
    row: 77,
    name: 'a group that eve joins by herself, from outside',
    expect: 'detected',
    play: (world) => ghost(world, 'eve'),
    without: [everybodyMay, anyLog],
  },
  {
    row: 79,
    name: 'a name of the group that is signed by nobody in it',
    expect: 'detected',
    async play(world) {
      const scene = await deceivedGroup(world, { eveIsIn: true });
      const { eve, hand, story } = scene;
      const p = await loadPrimitives();
      const state = await stateOf(await story.entries());
      const { epoch, key } = (await secretBy(eve, hand.epochs[0]!, wrapFor(hand.epochs[0]!, eve.userId)!))!;
      const place = { groupId: state.groupId, seq: state.seq + 1, previousHash: state.head };
      const nameKey = await nameKeyOf(p, key, { groupId: state.groupId, epoch: epoch.epoch, seq: place.seq });
      const sealed = await sealGroupName(p, nameKey, place, 'NAMED BY MALLORY');
      const payload = new ByteWriter().u64(epoch.epoch).op16(sealed).finish();
      const entry = await forgeEntry(await falseAlice(scene), state, 'rename', payload);
      return tellEntry(scene, entry, ({ name }) => (name === 'NAMED BY MALLORY' ? 'the group is called so' : null));
    },
    without: [noAccountSignature],
  },
];
