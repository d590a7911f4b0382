import type { Invite } from '@secureconnect/contracts/call-signals';
import { glareWinner } from '@secureconnect/contracts/call-states';
import type { CallId, ConversationId } from '@secureconnect/contracts/ids';
import { toHex } from '@secureconnect/contracts/encoding';
import type { SignalArrived } from '@secureconnect/contracts/signaling';
import type { Settings } from '@secureconnect/crypto/vault/settings';
import { isGroup, type ConversationRecord } from '../conversations/records.js';
import type { Roster } from '../conversations/roster.js';
import { standingOf } from '../conversations/standing.js';
import { Refusal } from '../refusal.js';
import type { CallHost, CallPlace } from './call-host.js';
import type { CallSignaling, HeardSignal } from './call-signaling.js';
import type { CallView } from './call-views.js';
import type { FrameOrder } from './frame-orders.js';
import type { MediaHappening, MediaPort } from './media-port.js';
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
  readonly roster: Roster;
  readonly settings: () => Settings;
}

/** The calls of this device: one at a time, and whoever calls meanwhile hears that the line is busy. */
export class Calls {
  readonly #parts: CallsParts;
  readonly #over: string[] = [];
  #media: MediaPort | null = null;
  /** Leads to the Worker of frames: their keys go this way and no other. */
  #frames: FrameWay | null = null;
  #call: TwoPersonCall | null = null;
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
    if (isGroup(record)) throw new Refusal('forbidden');
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
    } else if (heard.signal.t === 'invite') await this.#invited(heard, heard.signal);
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

  async #invited(heard: HeardSignal, invite: Invite): Promise<void> {
    const { clock, roster } = this.#parts;
    const { callId, conversationId, deviceId, userId } = heard;
    const record = await roster.need(conversationId);
    const standing = this.#standingOf(record);
    // somebody who is blocked hears nothing: not even that the line is busy
    if (standing === 'blocked' || this.#media === null || invite.group) return;
    const merges = this.#merges(heard);
    if (merges === 'ours') return;
    if (merges === null && this.#isTalking()) {
      this.#parts.background(async () => {
        await this.#parts.signaling.send({ callId, conversationId, userId, deviceId }, { t: 'busy' });
      });
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

  #begin(make: (host: CallHost) => TwoPersonCall): TwoPersonCall {
    const { signaling } = this.#parts;
    const call: TwoPersonCall = make({
      ...this.#parts,
      media: this.#media!,
      send: (to, signal, isWanted) => signaling.send(to, signal, isWanted),
      frames: (order) => this.#frames?.postMessage(order),
      changed: () => this.#tell(call),
    });
    this.#call = call;
    this.#tell(call);
    return call;
  }

  #tell(call: TwoPersonCall): void {
    this.#parts.events.emit({ type: 'call', call: call.view() });
    if (!call.isOver || this.#over.includes(call.place.callId)) return;
    this.#over.push(call.place.callId);
    if (this.#over.length > OVER_MAX) this.#over.shift();
  }

  #find(callId: string): TwoPersonCall | null {
    return this.#call?.place.callId === callId ? this.#call : null;
  }

  #isTalking(): boolean {
    return this.#call !== null && !this.#call.isOver;
  }

  async #nameOf(conversationId: ConversationId): Promise<string> {
    return (await this.#parts.roster.view(conversationId)).peer.username;
  }

  #standingOf(record: ConversationRecord) {
    return standingOf(record, this.#parts.settings(), this.#parts.selfId);
  }
}
