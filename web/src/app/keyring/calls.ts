import { computed, inject, Injectable, signal } from '@angular/core';
import { proxy, transfer } from 'comlink';

import type { CallUnderway, CallView, MediaHappening, MediaPort } from './call-views';
import { Keyring } from './keyring';
import { refusalWords } from './refusal-words';
import { Session } from './session';
import { startFramesWorker } from './start-worker';
import type { ConversationId, Outcome } from './views';

/** How long a call that is over stays on the screen, with its reason. */
const SHOWN_MS = 6_000;

/** The call of this page, if any. Who answers meanwhile on another device, or calls meanwhile, is the messenger's to know. */
@Injectable({ providedIn: 'root' })
export class Calls {
  readonly #keyring = inject(Keyring);
  readonly #session = inject(Session);
  readonly #call = signal<CallView | null>(null);
  readonly #refusal = signal('');
  #putAway: ReturnType<typeof setTimeout> | undefined;
  #frames: Worker | null = null;
  /** Waits for the Worker of frames. */
  #keys: MessagePort | null = null;

  /** Whether this browser lets frames be sealed once more. */
  readonly sealsFrames = 'RTCRtpScriptTransform' in globalThis;

  /** The call that is shown: under way, or over since a moment. */
  readonly call = computed(() => (this.#session.self() === null ? null : this.#call()));
  /** Whether another call can be begun. */
  readonly isFree = computed(() => {
    const call = this.call();
    return call === null || call.phase === 'ended';
  });
  /** Why a call could not be begun; empty for nothing. */
  readonly refusal = this.#refusal.asReadonly();

  constructor() {
    this.#keyring.on('call', ({ call }) => this.#show(call));
  }

  /** @param relayOnly - gives nobody the address of this device */
  async place(conversationId: ConversationId, relayOnly: boolean): Promise<void> {
    if (!this.isFree()) return;
    this.#take(await this.#keyring.remote.placeCall(conversationId, { relayOnly }));
  }

  /** The call that goes on in this group and that this device is not in; null for none. */
  underway(conversationId: ConversationId): Promise<CallUnderway | null> {
    return this.#keyring.remote.callUnderway(conversationId);
  }

  /** @param relayOnly - gives nobody the address of this device */
  async join(conversationId: ConversationId, relayOnly: boolean): Promise<void> {
    if (!this.isFree()) return;
    this.#take(await this.#keyring.remote.joinCall(conversationId, { relayOnly }));
  }

  async accept({ callId }: CallView, relayOnly: boolean): Promise<void> {
    this.#take(await this.#keyring.remote.acceptCall(callId, { relayOnly }));
  }

  async decline({ callId }: CallView): Promise<void> {
    await this.#keyring.remote.declineCall(callId);
  }

  async hangUp({ callId }: CallView): Promise<void> {
    await this.#keyring.remote.hangUp(callId);
  }

  async mute({ callId }: CallView, muted: boolean): Promise<void> {
    await this.#keyring.remote.muteCall(callId, muted);
  }

  /** Puts away a call that is over, and why one could not be begun. */
  dismiss(): void {
    this.#refusal.set('');
    if (this.#call()?.phase === 'ended') this.#call.set(null);
  }

  /** The page offers itself for calls. Keys of frames go from Worker to Worker; this page sees none. */
  async attach(port: MediaPort): Promise<void> {
    await this.#keyring.remote.attachMedia(proxy(port), this.#frameWay());
    const current = await this.#keyring.remote.currentCall();
    if (current !== null && this.#call() === null) this.#show(current);
  }

  happened(happening: MediaHappening): void {
    void this.#keyring.remote.mediaHappened(happening);
  }

  /** The Worker in which frames are sealed and opened; it starts with the first call. */
  framesWorker(): Worker {
    if (this.#frames !== null) return this.#frames;
    this.#frames = startFramesWorker();
    if (this.#keys !== null) this.#frames.postMessage({ keys: this.#keys }, [this.#keys]);
    this.#keys = null;
    return this.#frames;
  }

  #frameWay(): MessagePort | null {
    if (!this.sealsFrames) return null;
    const { port1, port2 } = new MessageChannel();
    if (this.#frames === null) this.#keys = port1;
    else this.#frames.postMessage({ keys: port1 }, [port1]);
    return transfer(port2, [port2]);
  }

  #take(outcome: Outcome<CallView>): void {
    if (outcome.ok) this.#refusal.set('');
    else this.#refusal.set(refusalWords(outcome, (seconds) => `${seconds} s`));
  }

  #show(call: CallView): void {
    const shown = this.#call();
    // an old call's last word does not cover a new one
    if (shown !== null && shown.callId !== call.callId && shown.phase !== 'ended' && call.phase === 'ended') return;
    clearTimeout(this.#putAway);
    this.#call.set(call);
    if (call.phase !== 'ended') return;
    const isProof = call.end === 'not-proven';
    if (!isProof) this.#putAway = setTimeout(() => this.dismiss(), SHOWN_MS);
  }
}
