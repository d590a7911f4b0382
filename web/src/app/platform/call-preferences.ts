import { Injectable, signal } from '@angular/core';

import { keep, kept } from './kept';

const NAMES = {
  microphone: 'sc.call-microphone',
  speaker: 'sc.call-speaker',
  relayOnly: 'sc.call-relay-only',
  pushToTalk: 'sc.call-push-to-talk',
} as const;

/** Which microphone and loudspeaker calls use in this browser, and whether one's address stays private. */
@Injectable({ providedIn: 'root' })
export class CallPreferences {
  readonly #microphoneId = signal(kept(NAMES.microphone));
  readonly #speakerId = signal(kept(NAMES.speaker));
  readonly #relayOnly = signal(kept(NAMES.relayOnly) === 'yes');
  readonly #pushToTalk = signal(kept(NAMES.pushToTalk) === 'yes');

  /** Empty for the system's own. */
  readonly microphoneId = this.#microphoneId.asReadonly();
  /** Empty for the system's own. */
  readonly speakerId = this.#speakerId.asReadonly();
  /** Sound goes through the server's relay alone; towards strangers it does in any case. */
  readonly relayOnly = this.#relayOnly.asReadonly();
  /** Who is muted is heard while they hold the space bar. */
  readonly pushToTalk = this.#pushToTalk.asReadonly();

  setMicrophone(deviceId: string): void {
    this.#microphoneId.set(deviceId);
    keep(NAMES.microphone, deviceId);
  }

  setSpeaker(deviceId: string): void {
    this.#speakerId.set(deviceId);
    keep(NAMES.speaker, deviceId);
  }

  setRelayOnly(isOnly: boolean): void {
    this.#relayOnly.set(isOnly);
    keep(NAMES.relayOnly, isOnly ? 'yes' : 'no');
  }

  setPushToTalk(on: boolean): void {
    this.#pushToTalk.set(on);
    keep(NAMES.pushToTalk, on ? 'yes' : 'no');
  }
}
