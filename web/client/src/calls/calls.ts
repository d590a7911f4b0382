import type { Invite } from '@secureconnect/contracts/call-signals';
import { glareWinner } from '@secureconnect/contracts/call-states';
import type { CallId, ConversationId, UserId } from '@secureconnect/contracts/ids';
import { toHex } from '@secureconnect/contracts/encoding';
import type { SignalArrived } from '@secureconnect/contracts/signaling';
import { contactState, type Settings } from '@secureconnect/crypto/vault/settings';
import { isGroup, type ConversationRecord } from '../conversations/records.js';
import type { Roster } from '../conversations/roster.js';
import { standingOf } from '../conversations/standing.js';
import { Refusal } from '../refusal.js';
import type { CallHost, CallPlace } from './call-host.js';
import type { CallLife } from './call-life.js';
import type { CallSignaling, HeardSignal } from './call-signaling.js';
import type { CallUnderway, CallView } from './call-views.js';
import type { FrameOrder } from './frame-orders.js';
import { GroupCall } from './group-call.js';
import type { HeardInvites } from './heard-invites.js';
import type { MediaHappening, MediaPort } from './media-port.js';
import type { GroupPerson } from './mesh-door.js';
import { TwoPersonCall } from './two-person-call.js';

/** Ids of calls that are over: what is said about them late changes nothing. */
const OVER_MAX = 256;
/** Both called at once, and the server took theirs: its invite comes within this. */
const MERGE_WITHIN_MS = 10_000;

/** A port, as far as it is needed. */
export interface FrameWay {
  postMessage(order: FrameOrder): void;
}

export interface CallsParts extends Omit<CallHost, 'media' | 'changed' | 'send' | 'frames'> {
  readonly signaling: CallSignaling;
  readonly invites: HeardInvites;
  readonly roster: Roster;
  readonly settings: () => Settings;
  /** Who is in a group now, as its signed log says; nobody where this account is no member. @throws Refusal */
  readonly membersOf: (conversationId: ConversationId) => Promise<readonly GroupPerson[]>;
}

/** The calls of this device: one at a time, and whoever calls meanwhile hears that the line is busy. */
export class Calls {
  readonly #parts: CallsParts;
  readonly #over: string[] = [];
  #media: MediaPort | null = null;
  /** Leads to the Worker of frames: their keys go this way and no other. */
  #frames: FrameWay | null = null;
  #call: CallLife | null = null;
  #tail: Promise<void> = Promise.resolve();
  /** The person here called somebody whose own call is on its way: it is answered when it comes. */
  #expects: { readonly conversationId: ConversationId; readonly relayOnly: boolean } | null = null;

  constructor(parts: CallsParts) {
    this.#parts = parts;
  }

  get current(): CallView | null {
    return this.#call?.view() ?? null;
  }

  attach(media: MediaPort, frames: FrameWay | null): void {
    this.#media = media;
    this.#frames = frames;
  }

  /** @throws Refusal `forbidden` in a call, or without a page that carries it; `conversation-unknown`; what the server refuses */
  async place(conversationId: ConversationId, relayOnly: boolean): Promise<CallView> {
    const { clock, random, roster } = this.#parts;
    if (this.#isTalking() || this.#media === null) throw new Refusal('forbidden');
    const record = await roster.need(conversationId);
    if (isGroup(record)) return this.#placeInGroup(record, relayOnly);
    const standing = this.#standingOf(record);
    if (standing === 'blocked') throw new Refusal('forbidden');
    const place: CallPlace = {
      callId: toHex(random(16)) as CallId,
      conversationId,
      userId: record.peer,
      username: await this.#nameOf(conversationId),
      group: null,
      outgoing: true,
      beganAtMs: clock.nowMs(),
    };
    if (this.#isTalking()) throw new Refusal('forbidden');
    const isStranger = standing === 'request';
    const call = this.#begin((host) => TwoPersonCall.outgoing(host, place, relayOnly || isStranger));
    const begun = await call.begin();
    if (begun === 'underway') this.#expect(call, conversationId, relayOnly);
    return call.view();
  }

  /** The call that goes on in a group, as far as the server can tell; null for none, and for one that this device is in, in any tab. */
  async underway(conversationId: ConversationId): Promise<CallUnderway | null> {
    const record = await this.#parts.roster.need(conversationId);
    if (!isGroup(record) || this.#standingOf(record) !== 'open') return null;
    const { call } = await this.#parts.server.command('call:find', { conversationId });
    const { deviceId: own } = this.#parts;
    if (call === null || call.members.length === 0 || call.members.some(({ deviceId }) => deviceId === own))
      return null;
    const people = await this.#parts.membersOf(conversationId);
    const inside = new Set(call.members.map(({ userId }) => userId));
    const names = people.filter(({ userId }) => inside.has(userId)).map(({ username }) => username);
    return { callId: call.callId, conversationId, names };
  }

  /** Joins the call that goes on in a group. @throws Refusal `call-unknown` where none does; as `place` */
  async join(conversationId: ConversationId, relayOnly: boolean): Promise<CallView> {
    const record = await this.#parts.roster.need(conversationId);
    const mayJoin = isGroup(record) && this.#standingOf(record) === 'open';
    if (!mayJoin || this.#isTalking() || this.#media === null) throw new Refusal('forbidden');
    const { call } = await this.#parts.server.command('call:find', { conversationId });
    if (call === null || call.members.length === 0) throw new Refusal('call-unknown');
    return this.#joinGroup(call.callId, conversationId, relayOnly);
  }

  /** @throws Refusal `call-unknown` where it does not ring here any more */
  async accept(callId: string, relayOnly: boolean): Promise<CallView> {
    const call = this.#find(callId);
    if (call?.phase !== 'ringing' || call.place.outgoing) throw new Refusal('call-unknown');
    await call.answer(relayOnly);
    return call.view();
  }

  hangUp(callId: string): void {
    this.#find(callId)?.hangUp();
  }

  async mute(callId: string, muted: boolean): Promise<void> {
    await this.#find(callId)?.mute(muted);
  }

  async happened(happening: MediaHappening): Promise<void> {
    await this.#call?.happened(happening);
  }

  /** A sealed signal came. One after the other, as they were said: an answer means nothing before what it answers. */
  arrived(arrived: Pick<SignalArrived, 'envelope' | 'conversationId'>): Promise<void> {
    const heard = this.#tail.then(() => this.#hear(arrived));
    this.#tail = heard.catch(() => undefined);
    return heard;
  }

  /** What cannot be believed is nobody's, and nobody is told. */
  async #hear(arrived: Pick<SignalArrived, 'envelope' | 'conversationId'>): Promise<void> {
    const heard = await this.#parts.signaling.open(arrived);
    if (heard === null || this.#over.includes(heard.callId)) return;
    const call = this.#call;
    if (call?.place.callId === heard.callId && call.place.conversationId === heard.conversationId) {
      await call.hear(heard);
    } else if (heard.signal.t === 'invite' && (await this.#isForHere(heard))) await this.#invited(heard, heard.signal);
  }

  /** Rings in one tab, and once; where this tab calls the same people, both calls become one here. */
  async #isForHere(heard: HeardSignal): Promise<boolean> {
    const media = this.#media;
    if (media === null) return false;
    const { conversationId } = heard;
    const isAwaited = this.#expects?.conversationId === conversationId || this.#callsIn(conversationId);
    const isTaken = await this.#parts.invites.take(heard, () =>
      isAwaited ? Promise.resolve(true) : media.isInSight(),
    );
    return isTaken || isAwaited;
  }

  #callsIn(conversationId: ConversationId): boolean {
    const call = this.#call;
    return call !== null && !call.isOver && call.place.outgoing && call.place.conversationId === conversationId;
  }

  reconnected(): void {
    this.#call?.reconnected();
  }

  /** Nobody is signed in here any more. */
  stop(): void {
    if (this.#call?.isOver === false) this.#call.hangUp();
    this.#call = null;
    this.#media = null;
  }

  async #placeInGroup(record: ConversationRecord, relayOnly: boolean): Promise<CallView> {
    const { conversationId } = record;
    if (this.#standingOf(record) !== 'open') throw new Refusal('forbidden');
    const place = await this.#placeIn(
      conversationId,
      toHex(this.#parts.random(16)) as CallId,
      this.#parts.selfId,
      true,
    );
    const call = this.#begin((host) => GroupCall.outgoing(this.#groupParts(host, place, relayOnly)));
    const begun = await call.begin();
    if (begun.outcome === 'underway') return this.#joinGroup(begun.callId, conversationId, relayOnly);
    return call.view();
  }

  async #joinGroup(callId: CallId, conversationId: ConversationId, relayOnly: boolean): Promise<CallView> {
    const place = await this.#placeIn(conversationId, callId, this.#parts.selfId, false);
    const call = this.#begin((host) => GroupCall.joining(this.#groupParts(host, place, relayOnly)));
    await call.join();
    return call.view();
  }

  /** @throws Refusal `forbidden` for who is in no call's reach: not a member, or in a call meanwhile */
  async #placeIn(
    conversationId: ConversationId,
    callId: CallId,
    caller: UserId,
    outgoing: boolean,
  ): Promise<CallPlace> {
    const { clock, membersOf, roster } = this.#parts;
    const { group } = await roster.view(conversationId);
    const username = (await membersOf(conversationId)).find(({ userId }) => userId === caller)?.username;
    if (username === undefined || this.#isTalking()) throw new Refusal('forbidden');
    const name = group?.name ?? '';
    return { callId, conversationId, userId: caller, username, group: name, outgoing, beganAtMs: clock.nowMs() };
  }

  #groupParts(host: CallHost, place: CallPlace, relayOnly: boolean) {
    return { host, place, relayOnly, members: () => this.#parts.membersOf(place.conversationId) };
  }

  /** A member calls the group. Where this device called it too, one of the two calls goes on, and both sides find the same one. */
  async #groupInvited(record: ConversationRecord, heard: HeardSignal): Promise<void> {
    const { callId, conversationId, deviceId, userId } = heard;
    if (this.#standingOf(record) !== 'open' || this.#isBlocked(userId)) return;
    const before = this.#call;
    const isSame = before?.place.conversationId === conversationId && before.place.outgoing;
    const isUnanswered = before?.phase === 'calling' || before?.phase === 'ringing';
    if (before !== null && isSame && isUnanswered) {
      if (glareWinner(before.place.callId, callId) === before.place.callId) return;
      const { relayOnly } = before.view();
      before.merge();
      this.#parts.background(async () => {
        await this.#joinGroup(callId, conversationId, relayOnly);
      });
      return;
    }
    if (this.#isTalking()) {
      this.#sayBusy(heard);
      return;
    }
    const place = await this.#placeIn(conversationId, callId, userId, false);
    const call = this.#begin((host) => GroupCall.incoming(this.#groupParts(host, place, false), deviceId));
    call.ring();
  }

  #sayBusy({ callId, conversationId, deviceId, userId }: HeardSignal): void {
    this.#parts.background(async () => {
      await this.#parts.signaling.send({ callId, conversationId, userId, deviceId }, { t: 'busy' });
    });
  }

  async #invited(heard: HeardSignal, invite: Invite): Promise<void> {
    const { clock, roster } = this.#parts;
    const { callId, conversationId, deviceId, userId } = heard;
    const record = await roster.need(conversationId);
    if (isGroup(record) !== invite.group || this.#media === null) return;
    if (invite.group) return this.#groupInvited(record, heard);
    const standing = this.#standingOf(record);
    // somebody who is blocked hears nothing: not even that the line is busy
    if (standing === 'blocked') return;
    const merges = this.#merges(heard);
    if (merges === 'ours') return;
    if (merges === null && this.#isTalking()) {
      this.#sayBusy(heard);
      return;
    }
    const place: CallPlace = {
      callId,
      conversationId,
      userId,
      username: await this.#nameOf(conversationId),
      group: null,
      outgoing: false,
      beganAtMs: clock.nowMs(),
    };
    const before = this.#call;
    if (merges === null && this.#isTalking()) return;
    const isStranger = standing === 'request';
    const call = this.#begin((host) => TwoPersonCall.incoming(host, place, invite, deviceId, isStranger));
    if (merges === null) {
      call.ring();
      return;
    }
    if (before !== null && !before.isOver) before.merge();
    const { relayOnly } = merges;
    this.#expects = null;
    // a person may be asked for the microphone meanwhile: what is said next does not wait for that
    this.#parts.background(() => call.answer(relayOnly));
  }

  /** Both call at once: one call goes on. null: this is not that. `ours`: their call makes room for the own one. */
  #merges({ callId, conversationId }: HeardSignal): 'ours' | { readonly relayOnly: boolean } | null {
    if (this.#expects?.conversationId === conversationId) return this.#expects;
    const call = this.#call;
    if (call === null || call.isOver || !call.place.outgoing || call.place.conversationId !== conversationId)
      return null;
    if (call.phase !== 'calling' && call.phase !== 'ringing') return null;
    const isOurs = glareWinner(call.place.callId, callId) === call.place.callId;
    return isOurs ? 'ours' : { relayOnly: call.view().relayOnly };
  }

  /** The server knows a call in this conversation already: theirs, whose invite is on its way. */
  #expect(call: TwoPersonCall, conversationId: ConversationId, relayOnly: boolean): void {
    const expected = { conversationId, relayOnly };
    this.#expects = expected;
    this.#parts.background(async () => {
      await this.#parts.pause(MERGE_WITHIN_MS);
      if (this.#expects !== expected) return;
      this.#expects = null;
      if (!call.isOver) call.hangUp();
    });
  }

  #begin<C extends CallLife>(make: (host: CallHost) => C): C {
    const { signaling } = this.#parts;
    const call: C = make({
      ...this.#parts,
      media: this.#media!,
      send: (to, signal, isWanted) => signaling.send(to, signal, isWanted),
      frames: (order) => this.#frames?.postMessage(order),
      changed: () => this.#tell(call),
    });
    this.#call = call;
    // a group's call that was left, or declined, may be joined again
    if (this.#over.includes(call.place.callId)) this.#over.splice(this.#over.indexOf(call.place.callId), 1);
    this.#tell(call);
    return call;
  }

  #tell(call: CallLife): void {
    this.#parts.events.emit({ type: 'call', call: call.view() });
    if (!call.isOver || this.#over.includes(call.place.callId)) return;
    this.#over.push(call.place.callId);
    if (this.#over.length > OVER_MAX) this.#over.shift();
  }

  #find(callId: string): CallLife | null {
    return this.#call?.place.callId === callId ? this.#call : null;
  }

  #isTalking(): boolean {
    return this.#call !== null && !this.#call.isOver;
  }

  async #nameOf(conversationId: ConversationId): Promise<string> {
    return (await this.#parts.roster.view(conversationId)).peer.username;
  }

  #isBlocked(userId: UserId): boolean {
    return contactState(this.#parts.settings(), userId) === 'blocked';
  }

  #standingOf(record: ConversationRecord) {
    return standingOf(record, this.#parts.settings(), this.#parts.selfId);
  }
}
