import type * as iceServers from '@secureconnect/client/calls/ice-servers';
import type * as twoPersons from '@secureconnect/client/calls/two-person-call';
import type * as certificates from '@secureconnect/crypto/media/certificate';
import type * as descriptions from '@secureconnect/crypto/media/session-description';
import { OWN_ADDRESS } from '../../people/paper-page.js';
import { must } from '../../people/person.js';
import { eventually } from '../../waiting/eventually.js';
import type { World } from '../../world/world.js';
import { type Attack, defencesOf } from './attack.js';
import {
  calls,
  deceivedCall,
  deviceOf,
  eveCallsBob,
  heardOrRefused,
  inviteOf,
  seen,
  type Stranger,
  talking,
} from './call-scenes.js';

const ours = defencesOf<typeof certificates>('@secureconnect/crypto/media/certificate');
const anyDescription = defencesOf<typeof descriptions>('@secureconnect/crypto/media/session-description');

const anyPeer = ours.no('provePeer', () => async () => 'proven');
/** Every call is answered as soon as it rings. */
const answersByItself = defencesOf<typeof twoPersons>('@secureconnect/client/calls/two-person-call').no(
  'TwoPersonCall',
  (real) => ({
    outgoing: real.outgoing.bind(real),
    incoming(...parts: Parameters<typeof real.incoming>) {
      const call = real.incoming(...parts);
      const ring = call.ring.bind(call);
      call.ring = () => {
        ring();
        void call.answer(false);
      };
      return call;
    },
  }),
);

/** bob is called by eve, who behaves as if he had accepted; what his page has done when he has heard all of it, and not lifted a finger. */
async function notAccepted(world: World): Promise<Stranger['bob']['page']> {
  const scene = await eveCallsBob(world);
  const { bob, says, tap } = scene;
  await says(inviteOf());
  const deviceId = await deviceOf(tap);
  await says({ t: 'answered', deviceId }, { t: 'media', n: 1, muted: true });
  await seen(bob, ({ people }) => people[0]?.muted === true);
  return bob.page;
}

/** The line between two people in a call: what it ends at, which way it goes, and when. */
export const CALL_LINE_ATTACKS: readonly Attack[] = [
  {
    row: 85,
    name: 'a certificate of mallory’s on the line between alice and bob',
    expect: 'detected',
    async play(world) {
      const scene = await deceivedCall(world);
      scene.bob.page.meets = new Uint8Array(64).fill(7);
      must(await scene.bob.messenger.acceptCall((await calls(scene)).callId));
      return heardOrRefused(scene.bob);
    },
    without: [anyPeer],
  },
  {
    row: 88,
    name: 'a call that answers itself, because the caller says that it was answered',
    expect: 'withstood',
    async play(world) {
      const { done } = await notAccepted(world);
      return { harm: done.includes('microphone') ? 'bob’s microphone is open' : null, shown: null };
    },
    without: [answersByItself],
  },
  {
    row: 89,
    name: 'bob’s addresses, gathered before he accepts',
    expect: 'withstood',
    async play(world) {
      const { plans } = await notAccepted(world);
      return { harm: plans.length > 0 ? 'bob’s page gathers addresses' : null, shown: null };
    },
    without: [answersByItself],
  },
  {
    row: 90,
    name: 'bob’s own addresses in a call through relays',
    expect: 'withstood',
    async play(world) {
      const scene = await deceivedCall(world);
      const { callId } = await calls(scene);
      must(await scene.bob.messenger.acceptCall(callId, { relayOnly: true }));
      const { page } = scene.alice;
      const taken = await eventually(
        () => page.taken,
        (all) => all.some((line) => line.includes('typ relay')),
      );
      return {
        harm: taken.some((line) => line.includes(OWN_ADDRESS)) ? 'alice knows where bob is' : null,
        shown: null,
      };
    },
    without: [
      anyDescription.no('relayedCandidate', () => (candidate: string) => candidate),
      anyDescription.no('relayedDescription', () => (sdp: string) => sdp),
    ],
  },
  {
    row: 90,
    name: 'servers of mallory’s for the paths of the call',
    expect: 'withstood',
    async play(world) {
      const scene = await deceivedCall(world);
      const urls = ['stun:mallory.example:3478', 'turn:mallory.example:3478'];
      const helpers = {
        iceServers: [{ urls, username: '1:x', credential: 'c' }],
        relays: true,
        expiresAtMs: Date.now(),
      };
      scene.tap.instead = (name) => (name === 'turn:credentials' ? { ok: true, ...helpers } : undefined);
      await talking(scene);
      const named = scene.bob.page.plans.flatMap(({ iceServers }) => iceServers.flatMap((server) => server.urls));
      return { harm: named.length > 0 ? 'bob’s browser tells mallory where it is' : null, shown: null };
    },
    without: [
      defencesOf<typeof iceServers>('@secureconnect/client/calls/ice-servers').no(
        'trustedServers',
        () => (offered: unknown) => offered,
      ),
    ],
  },
  {
    row: 91,
    name: 'a line that comes to DTLS 1.0',
    expect: 'detected',
    async play(world) {
      const scene = await deceivedCall(world);
      scene.bob.page.tls = 'FEFF';
      must(await scene.bob.messenger.acceptCall((await calls(scene)).callId));
      return heardOrRefused(scene.bob);
    },
    without: [anyPeer],
  },
  {
    row: 91,
    name: 'keys of the line in the description that bob is told (SDES)',
    expect: 'detected',
    async play(world) {
      const scene = await deceivedCall(world);
      scene.alice.page.lines = ['a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'];
      must(await scene.bob.messenger.acceptCall((await calls(scene)).callId));
      const played = await heardOrRefused(scene.bob);
      const isTaken = scene.bob.page.taken.some((sdp) => sdp.includes('a=crypto'));
      return { ...played, harm: isTaken ? 'bob’s browser takes it' : null };
    },
    without: [anyDescription.no('refuseDescription', () => () => null)],
  },
];
