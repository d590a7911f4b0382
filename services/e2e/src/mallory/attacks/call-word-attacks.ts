import type * as orders from '@secureconnect/client/calls/description-order';
import type * as invites from '@secureconnect/client/calls/heard-invites';
import type * as seenSignals from '@secureconnect/client/calls/seen-signals';
import { systemClock } from '@secureconnect/client/deps';
import type { CallSignal } from '@secureconnect/contracts/call-signals';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import type * as words from '@secureconnect/crypto/media/call-words';
import { must } from '../../people/person.js';
import { eventually } from '../../waiting/eventually.js';
import type { World } from '../../world/world.js';
import { userIdOf } from '../deceived-pair.js';
import { falseIdentityOf } from '../forgeries.js';
import { type Attack, defencesOf, type Played } from './attack.js';
import {
  calls,
  canBeRung,
  deceivedCall,
  type DeceivedCall,
  deviceOf,
  eveCallsBob,
  inviteOf,
  random32,
  places,
  seen,
  signalTo,
  talking,
  withPage,
} from './call-scenes.js';
import { noSignature } from './cryptography-off.js';

/** Says something in alice's name, signed with a key of mallory's; then alice really mutes. */
async function inTheNameOfAlice(world: World, scene: DeceivedCall, signal: CallSignal): Promise<void> {
  const { alice, bob, conversationId, tap } = scene;
  const { callId } = await talking(scene);
  const userId = await userIdOf(alice);
  const { device } = await falseIdentityOf(userId, alice.username);
  const by = { userId, deviceId: idFromHex(tap.passed[0]!.fromDeviceId), signer: device.signer };
  tap.say(await signalTo(world, bob, by, { conversationId, callId }, signal));
  await alice.messenger.muteCall(callId, true);
}

const offers = ({ bob }: DeceivedCall) => bob.page.done.filter((what) => what === 'offer').length;

/** What is said in calls, by whoever carries it and by whoever calls. */
export const CALL_WORD_ATTACKS: readonly Attack[] = [
  {
    row: 86,
    name: 'an invite of before, said again when bob’s page is new',
    expect: 'withstood',
    async play(world) {
      const scene = await deceivedCall(world);
      const { alice, mallory, tap, conversationId } = scene;
      const before = await calls(scene);
      const { messenger, ...kept } = scene.bob;
      await alice.messenger.hangUp(before.callId);
      await seen(scene.bob, ({ phase }) => phase === 'ended');
      await messenger.close();
      await eventually(
        () => mallory.signaling.connections,
        (count) => count === 0,
      );
      // as if no time had passed: nothing but the memory of bob's device is in the way
      let backMs = 0;
      const deps = { clock: { ...systemClock, nowMs: () => Date.now() - backMs } };
      const bob = world.person(kept.username, mallory.place, { ...kept, deps });
      await bob.restore();
      await bob.connected();
      await withPage(bob);
      await canBeRung(mallory);
      const [invite] = tap.passed;
      backMs = Date.now() - invite!.relayedAtMs;
      tap.say(invite!);
      await places(alice, conversationId);
      const rung = await seen(bob, ({ phase }) => phase === 'ringing');
      return { harm: rung.callId === before.callId ? 'bob’s device rings of a call that is over' : null, shown: null };
    },
    without: [
      defencesOf<typeof invites>('@secureconnect/client/calls/heard-invites').no(
        'HeardInvites',
        () =>
          class {
            async take(): Promise<boolean> {
              return true;
            }
          },
      ),
    ],
  },
  {
    row: 88,
    name: 'alice’s “I am not muted”, said by the server',
    expect: 'withstood',
    async play(world): Promise<Played> {
      const scene = await deceivedCall(world);
      await inTheNameOfAlice(world, scene, { t: 'media', n: 9, muted: false });
      // the real word is of a lower number: who believed the other one passes it over
      const { messenger } = scene.bob;
      await scene.alice.messenger.hangUp((await messenger.currentCall())!.callId);
      await seen(scene.bob, ({ phase }) => phase === 'ended');
      const wasMuted = scene.bob.events.some((event) => event.type === 'call' && event.call.people[0]?.muted === true);
      return { harm: wasMuted ? null : 'bob takes alice for heard', shown: null };
    },
    without: [noSignature],
  },
  {
    row: 88,
    name: 'alice’s goodbye, said by the server',
    expect: 'withstood',
    async play(world) {
      const scene = await deceivedCall(world);
      await inTheNameOfAlice(world, scene, { t: 'hang-up', end: 'hung-up' });
      const { phase } = await seen(scene.bob, (view) => view.phase === 'ended' || view.people[0]?.muted === true);
      return { harm: phase === 'ended' ? 'the call is over' : null, shown: null };
    },
    without: [noSignature],
  },
  {
    row: 93,
    name: 'an offer of alice’s, held back until her next one has come',
    expect: 'withstood',
    async play(world) {
      const scene = await deceivedCall(world);
      const { alice, bob, tap } = scene;
      const { callId } = await talking(scene);
      tap.isHolding = true;
      alice.page.offersAgain();
      await eventually(
        () => tap.held.length,
        (count) => count > 0,
      );
      tap.isHolding = false;
      alice.page.offersAgain();
      await eventually(
        () => offers(scene),
        (count) => count === 2,
      );
      tap.say(...tap.held);
      await alice.messenger.muteCall(callId, true);
      await seen(bob, ({ people }) => people[0]?.muted === true);
      return { harm: offers(scene) > 2 ? 'bob’s link follows the old one' : null, shown: null };
    },
    without: [
      defencesOf<typeof orders>('@secureconnect/client/calls/description-order').no('isStale', () => () => false),
    ],
  },
  {
    row: 93,
    name: 'everything that alice has said in the call, said again',
    expect: 'withstood',
    async play(world) {
      const scene = await deceivedCall(world);
      const { alice, bob, tap } = scene;
      const { callId } = await talking(scene);
      tap.say(...tap.passed);
      await alice.messenger.muteCall(callId, true);
      await seen(bob, ({ people }) => people[0]?.muted === true);
      return { harm: offers(scene) > 1 ? 'bob’s link begins again' : null, shown: null };
    },
    // held twice: each signal counts once, and no description after a later one
    without: [
      defencesOf<typeof seenSignals>('@secureconnect/client/calls/seen-signals').no(
        'SeenSignals',
        () =>
          class {
            isNew(): boolean {
              return true;
            }
          },
      ),
      defencesOf<typeof orders>('@secureconnect/client/calls/description-order').no('isStale', () => () => false),
    ],
  },
  {
    row: 94,
    name: 'words to compare that eve chooses when she has seen bob’s part',
    expect: 'detected',
    async play(world) {
      const { bob, callId, says, tap } = await eveCallsBob(world);
      await says(inviteOf());
      await seen(bob, ({ phase }) => phase === 'ringing');
      must(await bob.messenger.acceptCall(callId));
      const deviceId = await deviceOf(tap);
      await says({ t: 'answered', deviceId }, { t: 'reveal', nonce: random32() });
      const { end, people } = await seen(bob, (view) => view.phase === 'ended' || view.people[0]?.code !== null);
      const harm = (people[0]?.code ?? null) === null ? null : 'bob is shown words that eve has chosen';
      return { harm, shown: end === 'not-proven' ? `call: ${end}` : null };
    },
    without: [
      defencesOf<typeof words>('@secureconnect/crypto/media/call-words').no('isCommitted', () => async () => true),
    ],
  },
];
