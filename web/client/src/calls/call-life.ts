import type { CallSignal } from '@secureconnect/contracts/call-signals';
import { CALL_TIMES, mayMoveCall, type CallEnd, type CallState } from '@secureconnect/contracts/call-states';
import type { CallMember } from '@secureconnect/contracts/call-signals';
import type { IceServer } from '@secureconnect/contracts/calls';
import type { DeviceId, UserId } from '@secureconnect/contracts/ids';
import { asRefusal } from '../refusal.js';
import type { CallHost, CallPlace } from './call-host.js';
import type { Party } from './call-proofs.js';
import type { HeardSignal } from './call-signaling.js';
import type { CallPerson, CallView } from './call-views.js';
import { trustedServers } from './ice-servers.js';
import type { MediaHappening, MediaReady } from './media-port.js';

export type HangUpEnd = Extract<CallSignal, { t: 'hang-up' }>['end'];

/** What a device says of itself in its invite, its accept, its join or its welcome. */
export interface Presence {
  readonly fingerprint: string;
  readonly sealsFrames: boolean;
}

/** What every call has, whoever is in it: where it stands, its microphone, its place at the server, and its end. */
export abstract class CallLife {
  readonly place: CallPlace;
  protected readonly host: CallHost;
  protected ready: MediaReady | null = null;
  protected relayOnly: boolean;
  /** The person here has begun or answered it. */
  protected isTaken: boolean;
  #state: CallState;
  #isMuted = false;
  #connectedAtMs: number | null = null;

  /** @param begins - where it stands at first */
  protected constructor(
    host: CallHost,
    place: CallPlace,
    relayOnly: boolean,
    begins: 'calling' | 'ringing' | 'connecting',
  ) {
    this.host = host;
    this.place = place;
    this.relayOnly = relayOnly;
    this.isTaken = begins !== 'ringing';
    this.#state = { phase: begins };
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
    const { beganAtMs, callId, conversationId, group, outgoing, username } = this.place;
    return {
      callId,
      conversationId,
      outgoing,
      group: group !== null,
      name: group ?? username,
      caller: outgoing ? null : username,
      phase: this.phase,
      end: this.end,
      beganAtMs,
      connectedAtMs: this.#connectedAtMs,
      muted: this.#isMuted,
      relayOnly: this.relayOnly,
      sealed: this.sealed(),
      people: this.people(),
      unproven: this.unproven(),
    };
  }

  /** The own microphone; the others are told, and cannot turn it on (THREATS 88). */
  async mute(isMuted: boolean): Promise<void> {
    if (this.isOver || isMuted === this.#isMuted) return;
    this.#isMuted = isMuted;
    await this.host.media.setMuted(isMuted);
    this.host.changed();
    this.tellMuted();
  }

  /** What the page tells of its links. */
  abstract happened(happening: MediaHappening): Promise<void>;
  /** What another device says. */
  abstract hear(heard: HeardSignal): Promise<void>;
  /** Tells who calls that it rings here. No microphone, no address. */
  abstract ring(): void;
  /** The person answers: the microphone is asked for now (THREATS 88). */
  abstract answer(relayOnly: boolean): Promise<void>;
  /** The person here ends it, whatever it is doing. */
  abstract hangUp(): void;
  /** Both called at once: the other call goes on. */
  abstract merge(): void;
  /** The connection to signaling is new: what was said last may not have come through the one before. */
  abstract reconnected(): void;

  protected abstract people(): readonly CallPerson[];
  /** Whether every frame is sealed, on every link; null until known. */
  protected abstract sealed(): boolean | null;
  /** Whose link was refused, though the call goes on. */
  protected unproven(): readonly string[] {
    return [];
  }
  /** The others are told whether the own microphone is off. */
  protected abstract tellMuted(): void;
  protected abstract closeLinks(): void;
  /** The server has this device in the call, or may have it. */
  protected abstract isListed(): boolean;
  /** Who is in the call as far as the server can tell, now and again. */
  protected listed(_members: readonly CallMember[]): void {
    // of a call of two both know each other
  }

  protected get isMuted(): boolean {
    return this.#isMuted;
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
    this.finish('no-microphone');
    return false;
  }

  /** Those on hosts of the operator's (THREATS 90). None where the server does not answer: links are tried on the local network. */
  protected async helpers(): Promise<readonly IceServer[]> {
    const { callId, conversationId } = this.place;
    try {
      const { iceServers } = await this.host.server.command('turn:credentials', { callId, conversationId });
      return trustedServers(iceServers, await this.host.relayHosts(), this.relayOnly);
    } catch (error) {
      asRefusal(error);
      return [];
    }
  }

  protected ownParty(): Party | null {
    const { deviceId, selfId } = this.host;
    return this.ready && { userId: selfId, deviceId, fingerprint: this.ready.fingerprint };
  }

  protected presence(): Presence {
    const { fingerprint, sealsFrames } = this.ready!;
    return { fingerprint, sealsFrames };
  }

  /** @param deviceId - null: to every device of the user */
  protected send(userId: UserId, deviceId: DeviceId | null, signal: CallSignal, isWanted?: () => boolean): void {
    const { host, place } = this;
    const { callId, conversationId } = place;
    host.background(async () => {
      await host.send({ callId, conversationId, userId, deviceId }, signal, isWanted);
    });
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

  /** Somebody is heard, or nobody is for a moment. */
  protected linksMoved(phase: 'connected' | 'reconnecting'): void {
    if (!this.move({ phase }) || phase === 'reconnecting' || this.#connectedAtMs !== null) return;
    this.#connectedAtMs = this.host.clock.nowMs();
    this.host.changed();
    this.host.background(() => this.#stayAlive());
  }

  /** An end that the table does not have in this phase becomes the one that says the same in it. */
  protected finish(end: CallEnd, { keepsMedia = false } = {}): void {
    if (this.isOver) return;
    const isBefore = this.phase === 'calling' || this.phase === 'ringing';
    if (!this.move({ phase: 'ended', end })) this.move({ phase: 'ended', end: isBefore ? 'cancelled' : 'hung-up' });
    this.closeLinks();
    const { callId, conversationId } = this.place;
    if (!keepsMedia && this.isTaken) this.host.background(() => this.host.media.end());
    if (!this.isListed()) return;
    this.host.background(async () => {
      await this.host.server.command('call:leave', { callId, conversationId, end });
    });
  }

  /** Asked again after something was waited for. */
  protected isGone(): boolean {
    return this.isOver;
  }

  async #stayAlive(): Promise<void> {
    const { host } = this;
    const { callId, conversationId } = this.place;
    await host.server.command('call:connected', { callId, conversationId }).catch(asRefusal);
    for (;;) {
      await host.pause(CALL_TIMES.aliveEveryMs);
      if (this.isOver) return;
      try {
        this.listed((await host.server.command('call:alive', { callId, conversationId })).members);
      } catch (error) {
        // the server has forgotten: Redis may lose everything, and the call goes on
        if (asRefusal(error).code === 'call-unknown')
          await host.server.command('call:join', { callId, conversationId }).catch(asRefusal);
      }
    }
  }
}
