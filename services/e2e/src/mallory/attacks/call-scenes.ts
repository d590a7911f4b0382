import type { CallView } from '@secureconnect/client/calls/call-views';
import { type CallSignal, writeCallSignal } from '@secureconnect/contracts/call-signals';
import type { ConversationId, DeviceId } from '@secureconnect/contracts/ids';
import type { SendSignal, SignalArrived } from '@secureconnect/contracts/signaling';
import { asBytes16, type Bytes16, type Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { readEnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { sealEnvelope, sealGroupSignal } from '@secureconnect/crypto/envelope/seal';
import type { NewDevice } from '@secureconnect/crypto/identity/device';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { randomBytes } from 'node:crypto';
import { type BareAccount, registerBare } from '../../people/bare-account.js';
import { PaperPage } from '../../people/paper-page.js';
import { must, type Person } from '../../people/person.js';
import { eventually } from '../../waiting/eventually.js';
import type { World } from '../../world/world.js';
import { userIdOf } from '../deceived-pair.js';
import { readIdentity } from '../forgeries.js';
import { Mallory } from '../mallory.js';
import type { Emit } from '../tamper.js';
import type { Played } from './attack.js';
import { publishedBy } from './scenes.js';

/** Somebody with a page that carries calls. */
export interface Caller extends Person {
  readonly page: PaperPage;
}

/** What mallory does with the signals to one person: keeps a copy of each, and holds back what she likes. */
export class SignalTap {
  readonly passed: SignalArrived[] = [];
  readonly held: SignalArrived[] = [];
  isHolding = false;
  /** Devices that this person has spoken to and of, as the server sees them. */
  readonly said: SendSignal[] = [];
  /** Answers commands instead of the server; undefined: the server is asked. */
  instead: (name: string) => unknown = () => undefined;
  readonly #mallory: Mallory;

  constructor(mallory: Mallory) {
    this.#mallory = mallory;
    mallory.tamper = {
      event: (name, body, emit) => this.#event(name, body, emit),
      command: (name, body, forward) => {
        if (name === 'signal:send') this.said.push(body);
        return this.instead(name) ?? forward(body);
      },
    };
  }

  say(...signals: readonly SignalArrived[]): void {
    for (const signal of signals) this.#mallory.signaling.emit('signal:arrived', signal);
  }

  #event(name: string, body: never, emit: Emit): void {
    if (name === 'signal:arrived') (this.isHolding ? this.held : this.passed).push(body);
    if (name !== 'signal:arrived' || !this.isHolding) emit(name, body);
  }
}

/** A page for somebody, and the connection on which they can be rung. */
export async function withPage(person: Person): Promise<Caller> {
  const page = await PaperPage.of(person);
  return Object.assign(person, { page });
}

/** Whoever's calls go through mallory can be rung now. */
export async function canBeRung(mallory: Mallory): Promise<void> {
  await eventually(
    () => mallory.signaling.connections,
    (count) => count > 0,
  );
}

export interface DeceivedCall {
  readonly alice: Caller;
  readonly bob: Caller;
  readonly mallory: Mallory;
  readonly tap: SignalTap;
  readonly conversationId: ConversationId;
}

/** alice and bob with pages; mallory carries what bob is told and says. */
export async function deceivedCall(world: World): Promise<DeceivedCall> {
  const mallory = await Mallory.before(world, 2);
  const tap = new SignalTap(mallory);
  const pair = await world.aliceAndBob({ bob: mallory.place });
  const { conversationId } = await pair.alice.conversationWith(pair.bob.username);
  const [alice, bob] = [await withPage(pair.alice), await withPage(pair.bob)];
  await canBeRung(mallory);
  return { alice, bob, mallory, tap, conversationId };
}

/** Calls, as soon as there is a connection for it. */
export async function places({ messenger }: Caller, conversationId: ConversationId): Promise<CallView> {
  const outcome = await eventually(
    () => messenger.placeCall(conversationId),
    ({ ok }) => ok,
  );
  return must(outcome);
}

/** alice calls; bob rings. */
export async function calls({ alice, bob, conversationId }: DeceivedCall): Promise<CallView> {
  await places(alice, conversationId);
  return seen(bob, ({ phase }) => phase === 'ringing');
}

/** Both are heard, and everything that was to be said for that has been said. */
export async function talking(scene: DeceivedCall): Promise<CallView> {
  const { alice, bob } = scene;
  const { callId } = await calls(scene);
  must(await bob.messenger.acceptCall(callId));
  await seen(alice, isHeard);
  await eventually(
    () => bob.page.done,
    (done) => done.includes('candidates'),
  );
  return seen(bob, isHeard);
}

export const isHeard = ({ phase }: CallView) => phase === 'connected';

/** The call as somebody sees it, once it is so. */
export async function seen({ messenger }: Person, isSo: (view: CallView) => boolean): Promise<CallView> {
  const view = await eventually(
    () => messenger.currentCall(),
    (call) => call !== null && isSo(call),
  );
  return view!;
}

/** Waits until the call has ended at bob, or bob hears somebody; what he sees of it. */
export async function heardOrRefused(bob: Caller): Promise<Played> {
  const { end } = await seen(bob, ({ phase }) => phase === 'ended' || phase === 'connected');
  const hears = bob.page.done.includes('hear');
  return { harm: hears ? 'bob talks to whoever that is' : null, shown: end === 'not-proven' ? `call: ${end}` : null };
}

/** Words of a call that a device of somebody signs, or somebody else in its name. */
export interface Speaker {
  readonly userId: string;
  readonly deviceId: Bytes16;
  readonly signer: NewDevice['signer'];
}

let said = 0;

/** A signal to bob as the server would carry it. */
export async function signalTo(
  world: World,
  bob: Person,
  by: Speaker,
  of: { readonly conversationId: string; readonly callId: string; readonly isGroup?: boolean },
  signal: CallSignal,
): Promise<SignalArrived> {
  const p = await loadPrimitives();
  const { auth } = world.endpoints();
  const ids = [by.userId, await userIdOf(bob)] as const;
  const [own, theirs] = await Promise.all(ids.map(async (id) => readIdentity(await publishedBy(bob, auth, id))));
  const sealing = {
    sender: { userId: idFromHex(by.userId), deviceId: by.deviceId, signer: by.signer, bundleVer: 1 },
    recipients: [own!.current.recipient, theirs!.current.recipient],
    messageId: asBytes16(new Uint8Array(randomBytes(16))),
    senderSeq: ++said,
    previousHash: new Uint8Array(32) as Bytes32,
    sentAtMs: Date.now(),
    inner: { t: 'signal', callId: idFromHex(of.callId), data: writeCallSignal(signal) },
  } as const;
  const groupId = idFromHex(of.conversationId);
  const { bytes } =
    of.isGroup === true ? await sealGroupSignal(p, { ...sealing, groupId }) : await sealEnvelope(p, sealing);
  return {
    conversationId: of.conversationId as ConversationId,
    fromUserId: by.userId as SignalArrived['fromUserId'],
    fromDeviceId: idToHex(by.deviceId) as SignalArrived['fromDeviceId'],
    relayedAtMs: Date.now(),
    envelope: bytes,
  };
}

/** bob, and eve who says by hand whatever she likes, signed as it should be. Nothing that bob says reaches anybody. */
export interface Stranger {
  readonly bob: Caller;
  readonly tap: SignalTap;
  readonly callId: string;
  /** Says something in her call. */
  says(...signals: readonly CallSignal[]): Promise<void>;
}

export async function eveCallsBob(world: World): Promise<Stranger> {
  const mallory = await Mallory.before(world, 2);
  const tap = new SignalTap(mallory);
  tap.instead = (name) => (name === 'signal:send' ? { ok: true, reached: true } : undefined);
  const bob = await withPage(await world.newcomer('bob', mallory.place));
  const eve = await registerBare(world.place(), world.name('eve'));
  const { conversationId } = await bob.open(eve.username);
  await canBeRung(mallory);
  const callId = randomBytes(16).toString('hex');
  const says = async (...signals: readonly CallSignal[]) => {
    for (const signal of signals)
      tap.say(await signalTo(world, bob, speakerOf(eve), { conversationId, callId }, signal));
  };
  return { bob, tap, callId, says };
}

export const speakerOf = ({ device, userId }: BareAccount): Speaker => ({
  userId,
  deviceId: device.deviceId,
  signer: device.signer,
});

/** The device of a person, by the first that it says. */
export async function deviceOf({ said }: SignalTap): Promise<DeviceId> {
  const [first] = await eventually(
    () => said,
    ({ length }) => length > 0,
  );
  return idToHex(readEnvelopeHeader(first!.envelope).senderDevice) as DeviceId;
}

/** 32 bytes as signals have them. */
export const random32 = () => randomBytes(32).toString('base64url');

/** Commits to nothing that could ever be opened. */
export const inviteOf = (): CallSignal => ({
  t: 'invite',
  fingerprint: random32(),
  sealsFrames: true,
  media: 'voice',
  group: false,
  commitment: random32(),
});
