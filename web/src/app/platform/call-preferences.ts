import { Injectable, signal } from '@angular/core';

const NAMES = {
  microphone: 'sc.call-microphone',
  speaker: 'sc.call-speaker',
  relayOnly: 'sc.call-relay-only',
  pushToTalk: 'sc.call-push-to-talk',
} as const;

/** Which microphone and loudspeaker calls use in this browser, and whether one's address stays private. */
@Injectable({ providedIn: 'root' })
export class CallPreferences {
  readonly #microphoneId = signal(read(NAMES.microphone));
  readonly #speakerId = signal(read(NAMES.speaker));
  readonly #relayOnly = signal(read(NAMES.relayOnly) === 'yes');
  readonly #pushToTalk = signal(read(NAMES.pushToTalk) === 'yes');

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
    write(NAMES.microphone, deviceId);
  }

  setSpeaker(deviceId: string): void {
    this.#speakerId.set(deviceId);
    write(NAMES.speaker, deviceId);
  }

  setRelayOnly(isOnly: boolean): void {
    this.#relayOnly.set(isOnly);
    write(NAMES.relayOnly, isOnly ? 'yes' : 'no');
  }

  setPushToTalk(on: boolean): void {
    this.#pushToTalk.set(on);
    write(NAMES.pushToTalk, on ? 'yes' : 'no');
  }
}

/** A browser may refuse to keep anything; then a preference lasts as long as the page. */
function read(name: string): string {
  try {
    return localStorage.getItem(name) ?? '';
  } catch {
    return '';
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // nothing is lost but the preference
  }
}
