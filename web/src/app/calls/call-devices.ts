import { inject, Injectable, signal } from '@angular/core';

import { WORDS } from '../platform/words/words';

export interface SoundDevice {
  readonly deviceId: string;
  readonly name: string;
}

/** The microphones and loudspeakers that this machine has. Their names are known only while a microphone is open. */
@Injectable({ providedIn: 'root' })
export class CallDevices {
  readonly #words = inject(WORDS);
  readonly #microphones = signal<readonly SoundDevice[]>([]);
  readonly #speakers = signal<readonly SoundDevice[]>([]);

  readonly microphones = this.#microphones.asReadonly();
  readonly speakers = this.#speakers.asReadonly();

  async look(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    this.#microphones.set(this.#named(all, 'audioinput', this.#words.calls.microphone));
    this.#speakers.set(this.#named(all, 'audiooutput', this.#words.calls.loudspeaker));
  }

  #named(all: readonly MediaDeviceInfo[], kind: MediaDeviceKind, word: string): readonly SoundDevice[] {
    return all
      .filter((device) => device.kind === kind && device.deviceId !== '' && device.deviceId !== 'default')
      .map(({ deviceId, label }, index) => ({
        deviceId,
        name: label === '' ? this.#words.calls.deviceNumbered(word, index + 1) : label,
      }));
  }
}
