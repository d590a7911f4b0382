import type { Accept, CallSignal, Invite } from '@secureconnect/contracts/call-signals';
import { CALL_TIMES } from '@secureconnect/contracts/call-states';
import type { DeviceId } from '@secureconnect/contracts/ids';
import { asRefusal } from '../refusal.js';
import type { CallHost, CallPlace } from './call-host.js';
import type { HeardSignal } from './call-signaling.js';
import { LiveCall } from './live-call.js';

/** An invite that no device has answered is said again: somebody may have come back meanwhile, or a replica may have died with it. */
const INVITE_EVERY_MS = 4_000;
/** Who rings and hears no end of it stops by itself. */
const RING_AT_MOST_MS = CALL_TIMES.ringMs + 10_000;
/** Who has answered hears whether the call is theirs within this. */
const ANSWERED_WITHIN_MS = 30_000;

/**
 * A call of two, from its first word to its last. Every change of its state is a move of the table; what the table does not have, and what
 * another device than the one that has the call says, changes nothing.
 */
export class TwoPersonCall extends LiveCall {
  readonly #nonce: string;
  /** What the one who calls has committed to; null at the one who calls. */
  #commitment: string | null = null;

  private constructor(host: CallHost, place: CallPlace, relayOnly: boolean) {
    super(host, place, relayOnly);
    this.#nonce = host.proofs.random();
  }

  static outgoing(host: CallHost, place: CallPlace, relayOnly: boolean): TwoPersonCall {
    return new TwoPersonCall(host, place, relayOnly);
  }

  /** Somebody calls. @param relayOnly - for a stranger always */
  static incoming(host: CallHost, place: CallPlace, invite: Invite, from: DeviceId, relayOnly: boolean): TwoPersonCall {
    const call = new TwoPersonCall(host, place, relayOnly);
    call.device = from;
    call.theirs = { fingerprint: invite.fingerprint, sealsFrames: invite.sealsFrames };
    call.#commitment = invite.commitment;
    return call;
  }

  /**
   * The one who calls: microphone first, then the server, then it rings. `underway`: there is a call in the conversation already.
   * @throws Refusal what the server refuses; the call is over then
   */
  async begin(): Promise<'begun' | 'underway' | 'failed'> {
    if (!(await this.prepare())) return 'failed';
    const { callId, conversationId } = this.place;
    try {
      const started = await this.host.server.command('call:start', { callId, conversationId });
      if (this.isGone()) return 'failed';
      if (started.outcome === 'underway' && started.callId !== callId) return 'underway';
    } catch (error) {
      this.finish('unreachable');
      throw asRefusal(error);
    }
    this.host.background(() => this.#ring());
    return 'begun';
  }

  override ring(): void {
    this.tell({ t: 'ringing' });
    this.after(
      RING_AT_MOST_MS,
      () => this.phase === 'ringing' && !this.isTaken,
      () => this.finish('no-answer'),
    );
  }

  /** No address leaves before `answered` names this device. */
  override async answer(relayOnly: boolean): Promise<void> {
    if (this.phase !== 'ringing' || this.isTaken) return;
    this.isTaken = true;
    this.relayOnly ||= relayOnly;
    if (!(await this.prepare())) return;
    this.#sayAccept();
    this.after(
      ANSWERED_WITHIN_MS,
      () => this.link === null,
      () => this.finish('unreachable'),
    );
  }

  /** What the other side says. From another device than the one that has the call, nothing counts. */
  override async hear({ device, deviceId, signal, userId }: HeardSignal): Promise<void> {
    if (this.isOver || userId !== this.place.userId) return;
    if (this.place.outgoing) {
      if (this.device === null) return this.#hearFromAny(deviceId, signal);
      // one that comes late, or has not heard
      if (signal.t === 'accept') this.#sayAnswered();
    }
    if (deviceId !== this.device) return;
    switch (signal.t) {
      case 'invite':
        // said again: what was answered may be lost
        if (!this.isTaken) this.tell({ t: 'ringing' });
        else if (this.link === null && !this.place.outgoing) this.#sayAccept();
        return;
      case 'answered':
        return this.#takeAnswered(signal.deviceId);
      case 'cancel':
        if (!this.place.outgoing) this.finish(signal.end);
        return;
      case 'reveal':
        return this.#takeReveal(signal.nonce);
      case 'media':
        this.heardMuting(signal.n, signal.muted);
        return;
      case 'hang-up':
        this.finish(this.phase === 'ringing' ? 'cancelled' : signal.end);
        return;
      case 'description':
      case 'candidates':
      case 'key':
        return this.link?.hear(signal, device);
      default:
        return;
    }
  }

  override reconnected(): void {
    if (this.isOver) return;
    const { callId, conversationId } = this.place;
    if (this.link !== null) {
      this.host.background(async () => {
        await this.host.server.command('call:join', { callId, conversationId });
      });
    } else if (this.isTaken && !this.place.outgoing) this.#sayAccept();
  }

  override hangUp(): void {
    const isBefore = this.phase === 'calling' || this.phase === 'ringing';
    if (!isBefore) this.fail('hung-up');
    else if (this.place.outgoing) {
      this.tellAll({ t: 'cancel', end: 'cancelled' });
      this.finish('cancelled');
    } else {
      this.tell({ t: 'decline' });
      this.finish('declined');
    }
  }

  override merge(): void {
    this.tellAll({ t: 'cancel', end: 'merged' });
    this.finish('merged', { keepsMedia: true });
  }

  // who calls

  async #ring(): Promise<void> {
    const { host, place } = this;
    const by = { userId: host.selfId, deviceId: host.deviceId };
    const commitment = await host.proofs.commitTo(place.callId, by, this.#nonce);
    const invite: CallSignal = { t: 'invite', ...this.presence(), media: 'voice', group: false, commitment };
    const isCalling = () => (this.phase === 'calling' || this.phase === 'ringing') && this.device === null;
    this.after(CALL_TIMES.ringMs, isCalling, () => {
      this.tellAll({ t: 'cancel', end: 'no-answer' });
      this.finish('no-answer');
    });
    while (isCalling()) {
      try {
        await host.send({ ...place, deviceId: null }, invite, isCalling);
      } catch (error) {
        if (asRefusal(error).code !== 'offline') {
          this.finish('unreachable');
          return;
        }
      }
      await host.pause(INVITE_EVERY_MS);
    }
  }

  /** No device has the call yet. */
  async #hearFromAny(deviceId: DeviceId, signal: CallSignal): Promise<void> {
    switch (signal.t) {
      case 'ringing':
        this.move({ phase: 'ringing' });
        return;
      case 'busy':
        this.tellAll({ t: 'cancel', end: 'cancelled' });
        this.finish('busy');
        return;
      case 'decline':
        // the others stop ringing: a device has answered, with a no
        this.tellAll({ t: 'answered', deviceId });
        this.finish('declined');
        return;
      case 'accept':
        return this.#takeAccept(deviceId, signal);
      default:
        return;
    }
  }

  async #takeAccept(deviceId: DeviceId, accept: Accept): Promise<void> {
    if (!this.move({ phase: 'connecting' })) return;
    this.device = deviceId;
    this.theirs = { fingerprint: accept.fingerprint, sealsFrames: accept.sealsFrames };
    this.#sayAnswered();
    this.tell({ t: 'reveal', nonce: this.#nonce });
    this.code = await this.codeOf(this.#nonce, accept.nonce);
    await this.connect();
  }

  /** To all of them, so that the others stop; said again to one that comes late. */
  #sayAnswered(): void {
    if (this.device !== null) this.tellAll({ t: 'answered', deviceId: this.device });
  }

  // who is called

  #sayAccept(): void {
    if (this.ready !== null) this.tell({ t: 'accept', ...this.presence(), nonce: this.#nonce });
  }

  async #takeAnswered(deviceId: DeviceId): Promise<void> {
    if (this.place.outgoing || this.phase !== 'ringing') return;
    if (deviceId !== this.host.deviceId) {
      this.finish('answered-elsewhere');
      return;
    }
    if (!this.isTaken || this.ready === null || !this.move({ phase: 'connecting' })) return;
    const { callId, conversationId } = this.place;
    try {
      await this.host.server.command('call:join', { callId, conversationId });
    } catch (error) {
      if (asRefusal(error).code === 'call-full') {
        this.fail('hung-up');
        return;
      }
    }
    await this.connect();
  }

  /** The caller's nonce must be the one that was committed to, before any word of ours was known to it (THREATS 94). */
  async #takeReveal(nonce: string): Promise<void> {
    const { device, place } = this;
    if (place.outgoing || device === null || this.#commitment === null || this.code !== null) return;
    const by = { userId: place.userId, deviceId: device };
    if (await this.host.proofs.isCommitted(place.callId, by, nonce, this.#commitment)) {
      this.code = await this.codeOf(this.#nonce, nonce);
      this.host.changed();
    } else this.fail('not-proven');
  }
}
