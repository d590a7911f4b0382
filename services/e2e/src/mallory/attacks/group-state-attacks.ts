import type * as groupLogs from '@secureconnect/client/groups/group-log';
import { epochHashPreimage, readGroupEpoch } from '@secureconnect/contracts/signed/group-epoch';
import { makeEpoch } from '@secureconnect/crypto/group/make-epoch';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { must } from '../../people/person.js';
import { userIdOf } from '../deceived-pair.js';
import { readIdentity } from '../forgeries.js';
import { type Attack, defencesOf } from './attack.js';
import {
  asActor,
  bobSees,
  deceivedGroup,
  falseAlice,
  forgeEntry,
  isIn,
  opensWith,
  secretBy,
  stateOf,
  wrapFor,
} from './group-scenes.js';
import { noAccountSignature } from './groups-off.js';
import { comesToPass, publishedBy } from './scenes.js';

const PATIENCE_MS = 20_000;
const logs = defencesOf<typeof groupLogs>('@secureconnect/client/groups/group-log');

/** Which state of a group is the newest, and whether it is everybody's. */
export const GROUP_STATE_ATTACKS: readonly Attack[] = [
  {
    row: 71,
    name: 'the group as it was before eve was removed',
    expect: 'detected',
    async play(world) {
      const scene = await deceivedGroup(world, { eveIsIn: true });
      const { alice, bob, eve, groupId, hand, story } = scene;
      const old = await story.entries();
      const eves = await secretBy(eve, hand.epochs[0]!, wrapFor(hand.epochs[0]!, eve.userId)!);
      must(await alice.messenger.removeMember(groupId, eve.userId));
      await bobSees(scene, (view) => !isIn(view, eve.userId));
      story.telling = () => old;
      await story.moves();
      await bob.messenger.send(groupId, 'without eve');
      await comesToPass(
        () => story.sent.length + bob.alarms.length,
        (count) => count > 0,
        PATIENCE_MS,
      );
      const [sent] = story.sent;
      const isRead = sent !== undefined && (await opensWith(eves!.key, sent));
      return { harm: isRead ? 'eve reads what bob writes' : null, shown: bob.alarms[0] ?? null };
    },
    // The log is taken as the server tells it, every time anew.
    without: [
      logs.no(
        'GroupLog',
        (real) =>
          class extends real {
            #forgets = 0;

            override known() {
              return this.#forgets > 0 ? Promise.resolve(null) : super.known();
            }

            override newest() {
              return this.refresh();
            }

            override async refresh() {
              this.#forgets++;
              try {
                return await super.refresh();
              } finally {
                this.#forgets--;
              }
            }
          },
      ),
    ],
  },
  {
    row: 72,
    name: 'one group for bob, another one for the others',
    expect: 'detected',
    async play(world) {
      const scene = await deceivedGroup(world, { eveIsIn: true });
      const { alice, bob, eve, groupId, story } = scene;
      const until = await story.entries();
      const leaving = await forgeEntry(asActor(eve), await stateOf(until), 'leave', new Uint8Array(0));
      story.telling = () => [...until, leaving];
      await story.moves();
      await bobSees(scene, (view) => !isIn(view, eve.userId));
      must(await alice.messenger.renameGroup(groupId, 'another name'));
      must(await alice.messenger.send(groupId, 'to everybody'));
      await comesToPass(
        () => bob.alarms,
        (alarms) => alarms.includes('group-forked'),
        PATIENCE_MS / 2,
      );
      const { forked } = must(await bob.messenger.group(groupId));
      return { harm: null, shown: forked ? 'group-forked' : null };
    },
    // Nobody takes note of it.
    without: [
      logs.no(
        'GroupLog',
        (real) =>
          class extends real {
            override fork() {
              return Promise.resolve();
            }
          },
      ),
    ],
  },
  {
    row: 74,
    name: 'a key of the group that mallory has made',
    expect: 'detected',
    async play(world) {
      const scene = await deceivedGroup(world, { eveIsIn: true });
      const { alice, bob, eve, groupId, hand, story } = scene;
      const { auth } = world.endpoints();
      const p = await loadPrimitives();
      const first = readGroupEpoch(hand.epochs[0]!.epoch);
      const people = await Promise.all([alice, bob].map(userIdOf));
      const identities = await Promise.all(
        [...people, eve.userId].map(async (userId) => readIdentity(await publishedBy(bob, auth, userId))),
      );
      const made = await makeEpoch(p, await falseAlice(scene), {
        group: await stateOf(await story.entries()),
        newest: { epoch: first.epoch, hash: await p.sha256(epochHashPreimage(first.bytes)) },
        bundles: identities.map(({ current }) => current),
        name: null,
        nowMs: Date.now(),
      });
      story.epochs.set(2, { epoch: made.bytes, wraps: made.wraps });
      story.tellEpochsUpTo(2);
      await story.moves();
      await bob.messenger.send(groupId, 'sealed under the newest epoch');
      await comesToPass(
        () => story.sent.length + bob.alarms.length,
        (count) => count > 0,
        PATIENCE_MS,
      );
      const [sent] = story.sent;
      const isRead = sent !== undefined && (await opensWith(made.opened.key, sent));
      return { harm: isRead ? 'mallory reads what bob writes' : null, shown: bob.alarms[0] ?? null };
    },
    without: [noAccountSignature],
  },
];
