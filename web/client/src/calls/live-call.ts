import type { CallSignal } from '@secureconnect/contracts/call-signals';
import { CALL_TIMES, mayMoveCall, type CallEnd, type CallState } from '@secureconnect/contracts/call-states';
import type { DeviceId } from '@secureconnect/contracts/ids';
import { asRefusal } from '../refusal.js';
import type { CallHost, CallPlace } from './call-host.js';
import { CallLink } from './call-link.js';
import type { Party } from './call-proofs.js';
import type { CallCode, CallPerson, CallView } from './call-views.js';
import type { MediaHappening, MediaReady } from './media-port.js';

/** Somebody has answered: a link stands within this, or there is no path. */
const CONNECT_WITHIN_MS = 30_000;

export type HangUpEnd = Extract<CallSignal, { t: 'hang-up' }>['end'];

/** What a device says of itself in its invite or its accept. */
export interface Presence {
  readonly fingerprint: string;
  readonly sealsFrames: boolean;
}

/** A call with one other device: where it stands, its link, its microphone, and its end. Who rings and who answers is not in here. */
export abstract class LiveCall {
  readonly place: CallPlace;
  protected readonly host: CallHost;
  protected ready: MediaReady | null = null;
  protected relayOnly: boolean;
  /** The device that has the call; null until one has answered. */
  protected device: DeviceId | null = null;
  protected theirs: Presence | null = null;
  protected link: CallLink | null = null;
  protected code: CallCode | null = null;
  /** The person here has begun or answered it. */
  protected isTaken: boolean;
  #state: CallState;
  #isMuted = false;
  #isTheirMuted = false;
  #mutings = 0;
  #theirMutings = 0;
  #connectedAtMs: number | null = null;

  protected constructor(host: CallHost, place: CallPlace, relayOnly: boolean) {
    this.host = host;
    this.place = place;
    this.relayOnly = relayOnly;
    this.isTaken = place.outgoing;
    this.#state = { phase: place.outgoing ? 'calling' : 'ringing' };
  }

  get phase(): CallState['phase'] {
    return this.#state.phase;
  }

  get isOver(): boolean {
    return this.#state.phase === 'ended';
  }

  /** Whether anybody was ever heard. */
  get wasConnected(): boolean {
    return this.#connectedAtMs !== null;
  }

  get end(): CallEnd | null {
    return this.#state.phase === 'ended' ? this.#state.end : null;
  }

  view(): CallView {
    const { beganAtMs, callId, conversationId, outgoing, userId, username } = this.place;
    const { phase } = this.#state;
    const person: CallPerson = {
      userId,
      username,
      linkId: this.link?.linkId ?? null,
      phase: phase === 'calling' || phase === 'ended' ? 'ringing' : phase,
      muted: this.#isTheirMuted,
      code: this.code,
    };
    return {
      callId,
      conversationId,
      outgoing,
      name: username,
      phase,
      end: this.end,
      beganAtMs,
      connectedAtMs: this.#connectedAtMs,
      muted: this.#isMuted,
      relayOnly: this.relayOnly,
      sealed: this.link?.sealed ?? null,
      people: [person],
    };
  }

  /** What the page tells of its links. */
  async happened(happening: MediaHappening): Promise<void> {
    if (this.isOver || this.link?.linkId !== happening.linkId) return;
    await this.link.happened(happening);
  }

  /** The own microphone; the other side is told, and cannot turn it on (THREATS 88). */
  async mute(isMuted: boolean): Promise<void> {
    if (this.isOver || isMuted === this.#isMuted) return;
    this.#isMuted = isMuted;
    await this.host.media.setMuted(isMuted);
    this.host.changed();
    if (this.link !== null) this.#tellMuted();
  }

  /** Over because of what was found here; the other side is told. */
  fail(end: HangUpEnd): void {
    if (this.isOver) return;
    if (this.device !== null) this.tell({ t: 'hang-up', end });
    this.finish(end);
  }

  /** Certificate, then microphone. Ends the call where there is none. */
  protected async prepare(): Promise<boolean> {
    const { media } = this.host;
    const ready = await media.prepare(this.place.callId);
    if (this.isGone()) return false;
    this.ready = ready;
    const answer = await media.openMicrophone();
    if (this.isGone()) {
      await media.end();
      return false;
    }
    if (this.#isMuted) await media.setMuted(true);
    if (answer === 'open') return true;
    if (!this.place.outgoing) this.tell({ t: 'decline' });
    this.finish('no-microphone');
    return false;
  }

  /** Opens the link, once both have said who they are. */
  protected async connect(): Promise<void> {
    const { host, place } = this;
    const { callId, conversationId } = place;
    const [own, theirs] = [this.ownParty(), this.theirParty()];
    if (own === null || theirs === null || this.isOver) return;
    const servers = await host.server
      .command('turn:credentials', { callId, conversationId })
      .then(({ iceServers }) => iceServers)
      .catch((error: unknown) => {
        asRefusal(error);
        return [];
      });
    if (this.isGone()) return;
    this.link = new CallLink({
      host,
      place,
      own,
      theirs,
      sealed: this.ready?.sealsFrames === true && this.theirs?.sealsFrames === true,
      relayOnly: this.relayOnly,
      servers,
      moved: (phase) => this.#linkMoved(phase),
      failed: (end) => this.fail(end),
    });
    this.after(
      CONNECT_WITHIN_MS,
      () => this.phase === 'connecting',
      () => this.fail('no-path'),
    );
    host.changed();
    await this.link.open();
    if (this.#isMuted) this.#tellMuted();
  }

  protected heardMuting(n: number, isMuted: boolean): void {
    if (n <= this.#theirMutings) return;
    this.#theirMutings = n;
    this.#isTheirMuted = isMuted;
    this.host.changed();
  }

  /** The words to compare, once both nonces are open. */
  protected async codeOf(ownNonce: string, theirNonce: string): Promise<CallCode | null> {
    const [own, theirs] = [this.ownParty(), this.theirParty()];
    if (own === null || theirs === null) return null;
    const sides = [
      { ...own, nonce: ownNonce },
      { ...theirs, nonce: theirNonce },
    ] as const;
    const [asking, answering] = this.place.outgoing ? sides : [sides[1], sides[0]];
    return this.host.proofs.wordsOf(this.place, asking, answering);
  }

  protected ownParty(): Party | null {
    const { deviceId, selfId } = this.host;
    return this.ready && { userId: selfId, deviceId, fingerprint: this.ready.fingerprint };
  }

  protected theirParty(): Party | null {
    if (this.device === null || this.theirs === null) return null;
    return { userId: this.place.userId, deviceId: this.device, fingerprint: this.theirs.fingerprint };
  }

  /** To the device that has the call. */
  protected tell(signal: CallSignal): void {
    if (this.device !== null) this.#send(signal, this.device);
  }

  /** To every device of the other side. */
  protected tellAll(signal: CallSignal): void {
    this.#send(signal, null);
  }

  protected after(ms: number, isDue: () => boolean, act: () => void): void {
    this.host.background(async () => {
      await this.host.pause(ms);
      if (!this.isOver && isDue()) act();
    });
  }

  /** @returns false for a move that the table does not have: nothing has changed */
  protected move(to: CallState): boolean {
    if (!mayMoveCall(this.#state, to)) return false;
    this.#state = to;
    this.host.changed();
    return true;
  }

  /** An end that the table does not have in this phase becomes the one that says the same in it. */
  protected finish(end: CallEnd, { keepsMedia = false } = {}): void {
    if (this.isOver) return;
    const isBefore = this.phase === 'calling' || this.phase === 'ringing';
    if (!this.move({ phase: 'ended', end })) this.move({ phase: 'ended', end: isBefore ? 'cancelled' : 'hung-up' });
    this.link?.close();
    const { callId, conversationId, outgoing } = this.place;
    if (!keepsMedia && this.isTaken) this.host.background(() => this.host.media.end());
    if (!outgoing && this.link === null) return;
    this.host.background(async () => {
      await this.host.server.command('call:leave', { callId, conversationId, end });
    });
  }

  /** Asked again after something was waited for. */
  protected isGone(): boolean {
    return this.isOver;
  }

  #send(signal: CallSignal, deviceId: DeviceId | null): void {
    const { host, place } = this;
    host.background(async () => {
      await host.send({ ...place, deviceId }, signal);
    });
  }

  #tellMuted(): void {
    this.tell({ t: 'media', n: ++this.#mutings, muted: this.#isMuted });
  }

  #linkMoved(phase: 'connected' | 'reconnecting'): void {
    if (!this.move({ phase }) || phase === 'reconnecting' || this.#connectedAtMs !== null) return;
    this.#connectedAtMs = this.host.clock.nowMs();
    this.host.changed();
    this.host.background(() => this.#stayAlive());
  }

  async #stayAlive(): Promise<void> {
    const { host } = this;
    const { callId, conversationId } = this.place;
    await host.server.command('call:connected', { callId, conversationId }).catch(asRefusal);
    for (;;) {
      await host.pause(CALL_TIMES.aliveEveryMs);
      if (this.isOver) return;
      try {
        await host.server.command('call:alive', { callId, conversationId });
      } catch (error) {
        // the server has forgotten: Redis may lose everything, and the call goes on
        if (asRefusal(error).code === 'call-unknown')
          await host.server.command('call:join', { callId, conversationId }).catch(asRefusal);
      }
    }
  }
}
