import type { CallView } from '@secureconnect/client/calls/call-views';
import type * as meshKeys from '@secureconnect/client/calls/mesh-keys';
import type { MeshPeer } from '@secureconnect/client/calls/mesh-peer';
import { registerBare } from '../../people/bare-account.js';
import { must } from '../../people/person.js';
import type { World } from '../../world/world.js';
import { falseIdentityOf } from '../forgeries.js';
import { type Attack, defencesOf } from './attack.js';
import {
  type Caller,
  type DeceivedCall,
  deceivedCall,
  isHeard,
  places,
  random32,
  seen,
  signalTo,
  withPage,
} from './call-scenes.js';
import { noSignature } from './cryptography-off.js';

/** The group of alice, bob and somebody else; alice has called it, and bob is in. */
async function groupTalks(
  world: World,
  scene: DeceivedCall,
  other: string,
): Promise<Pick<CallView, 'callId' | 'conversationId'>> {
  const { alice, bob } = scene;
  const name = world.name('group');
  const { conversationId } = must(await alice.messenger.createGroup(name, [bob.username, other]));
  await bob.conversationWith(name);
  const { callId } = await places(alice, conversationId);
  await seen(bob, (view) => view.callId === callId && view.phase === 'ringing');
  must(await bob.messenger.acceptCall(callId));
  await seen(alice, isHeard);
  await seen(bob, isHeard);
  return { callId, conversationId };
}

const isWith =
  (count: number) =>
  ({ people }: CallView) =>
    people.length === count && people.every(({ phase }) => phase === 'connected');

/** How often bob has had a new key for what alice hears. */
function keysFor({ page }: Caller): number {
  const [{ linkId }] = page.plans as [(typeof page.plans)[number]];
  return page.frames.filter((order) => order.linkId === linkId && order.side === 'send').length;
}

/** Calls of groups. */
export const GROUP_CALL_ATTACKS: readonly Attack[] = [
  {
    row: 87,
    name: 'a ghost in the call of a group, who says that it is carol',
    expect: 'withstood',
    async play(world) {
      const scene = await deceivedCall(world);
      const { alice, bob, tap } = scene;
      const carol = await registerBare(world.place(), world.name('carol'));
      const { callId, conversationId } = await groupTalks(world, scene, carol.username);
      const { device } = await falseIdentityOf(carol.userId, carol.username);
      const by = { userId: carol.userId, deviceId: carol.device.deviceId, signer: device.signer };
      const join = { t: 'join', fingerprint: random32(), sealsFrames: true, commitment: random32() } as const;
      tap.say(await signalTo(world, bob, by, { conversationId, callId, isGroup: true }, join));
      await alice.messenger.muteCall(callId, true);
      await seen(bob, ({ people }) => people.some(({ muted, userId }) => muted && userId !== carol.userId));
      return { harm: bob.page.plans.length > 1 ? 'bob has a link to it' : null, shown: null };
    },
    without: [noSignature],
  },
  {
    row: 96,
    name: 'the key of carol, who has left the call of a group and listens on',
    expect: 'withstood',
    async play(world) {
      const scene = await deceivedCall(world);
      const { bob } = scene;
      const carol = await withPage(await world.newcomer('carol'));
      const { callId, conversationId } = await groupTalks(world, scene, carol.username);
      await seen(carol, (view) => view.callId === callId);
      must(await carol.messenger.acceptCall(callId));
      await seen(bob, isWith(2));
      const before = keysFor(bob);
      await carol.messenger.hangUp(callId);
      await seen(bob, isWith(1));
      // she comes again: what was to change at her leave has changed before what changes now
      must(await carol.messenger.joinCall(conversationId));
      await seen(bob, isWith(2));
      return { harm: keysFor(bob) - before < 2 ? 'bob talked on under the key that carol has' : null, shown: null };
    },
    without: [
      defencesOf<typeof meshKeys>('@secureconnect/client/calls/mesh-keys').no(
        'MeshKeys',
        (real) =>
          class extends real {
            #count = 0;

            override renew(own: Parameters<meshKeys.MeshKeys['renew']>[0], members: () => readonly MeshPeer[]) {
              const { length } = members();
              const comes = length > this.#count;
              this.#count = length;
              return comes ? super.renew(own, members) : Promise.resolve(null);
            }
          },
      ),
    ],
  },
];
