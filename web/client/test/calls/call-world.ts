import { endpointsAt } from '../../src/deps.js';
import type { CallView } from '../../src/calls/call-views.js';
import { fakeWorld } from '../fake-world.js';
import { connected, eventually, person, signUp, talk, value, PASSWORD, type Person } from '../person.js';
import { FakeMedia } from './fake-media.js';
import { FakeSignaling } from './fake-signaling.js';

export interface Caller extends Person {
  readonly media: FakeMedia;
}

/** Alice and bob who know each other, with pages that carry calls, before a signaling that can be played with. */
export function callWorld() {
  const base = fakeWorld();
  const world = {
    base,
    signaling: undefined as unknown as FakeSignaling,
    endpoints: () => ({
      ...endpointsAt(base.server.origin),
      signalingSocket: world.signaling.origin,
      relays: `${world.signaling.origin}/relays.json`,
    }),
    async withPage(made: Person): Promise<Caller> {
      const before = world.signaling.connected;
      const media = await FakeMedia.of(made);
      await eventually(
        () => world.signaling.connected,
        (count) => count > before,
      );
      return { ...made, media };
    },
    async signUp(username: string, deps: Parameters<typeof signUp>[2] = {}): Promise<Caller> {
      return world.withPage(
        base.keep(await signUp(base.server.origin, username, { ...deps, endpoints: world.endpoints() })),
      );
    },
    /** Another device of the same person. */
    async secondDevice(username: string): Promise<Caller> {
      const made = base.keep(person(base.server.origin, { endpoints: world.endpoints() }));
      value(await made.messenger.logIn({ username, password: PASSWORD }));
      await connected(made);
      await eventually(
        () => made.messenger.conversations(),
        ([first]) => first !== undefined,
      );
      return world.withPage(made);
    },
    async aliceAndBob() {
      const alice = await world.signUp('alice');
      const bob = await world.signUp('bob');
      const { conversationId } = await talk(alice, 'bob');
      await eventually(
        () => bob.messenger.conversations(),
        ([first]) => first?.standing === 'open',
      );
      return { alice, bob, conversationId };
    },
    /** Alice's call, in bob's ear. */
    async talking() {
      const made = await world.aliceAndBob();
      const { alice, bob, conversationId } = made;
      value(await alice.messenger.placeCall(conversationId));
      const { callId } = await rings(bob);
      value(await bob.messenger.acceptCall(callId));
      await Promise.all([phase(alice, 'connected'), phase(bob, 'connected')]);
      return { ...made, callId };
    },
  };
  beforeEach(async () => {
    world.signaling = await FakeSignaling.start(() => base.server.sessions);
  });
  afterEach(async () => {
    await world.signaling.stop();
  });
  return world;
}

export const callOf = ({ messenger }: Person): Promise<CallView | null> => messenger.currentCall();

export async function phase(somebody: Person, wanted: CallView['phase']): Promise<CallView> {
  const found = await eventually(
    () => callOf(somebody),
    (call) => call?.phase === wanted,
  );
  return found!;
}

export const rings = (somebody: Person): Promise<CallView> => phase(somebody, 'ringing');

/** How the call ended here. */
export async function over(somebody: Person): Promise<CallView['end']> {
  return (await phase(somebody, 'ended')).end;
}

/** Every phase that this person's calls were shown in, without repetitions. */
export const phasesOf = ({ events }: Person): readonly string[] =>
  events
    .flatMap((event) => (event.type === 'call' ? [event.call.phase] : []))
    .filter((name, index, all) => name !== all[index - 1]);

export const aWhile = () => new Promise((resolve) => setTimeout(resolve, 400));
