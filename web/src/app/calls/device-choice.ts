import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';

import { CallPreferences } from '../platform/call-preferences';
import { WORDS } from '../platform/words/words';
import { CallDevices } from './call-devices';
import { CallMedia } from './call-media';

/** Which microphone and which loudspeaker; also while one talks. */
@Component({
  selector: 'sc-device-choice',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <label for="call-microphone">{{ words.calls.microphone }}</label>
    <select id="call-microphone" class="input" #microphone (change)="chooseMicrophone(microphone.value)">
      <option value="" [selected]="preferences.microphoneId() === ''">{{ words.calls.systemDevice }}</option>
      @for (device of devices.microphones(); track device.deviceId) {
        <option [value]="device.deviceId" [selected]="preferences.microphoneId() === device.deviceId">
          {{ device.name }}
        </option>
      }
    </select>
    @if (failed()) {
      <p role="alert">{{ words.calls.deviceFailed }}</p>
    }
    <label for="call-speaker">{{ words.calls.loudspeaker }}</label>
    <select id="call-speaker" class="input" #speaker (change)="chooseSpeaker(speaker.value)">
      <option value="" [selected]="preferences.speakerId() === ''">{{ words.calls.systemDevice }}</option>
      @for (device of devices.speakers(); track device.deviceId) {
        <option [value]="device.deviceId" [selected]="preferences.speakerId() === device.deviceId">
          {{ device.name }}
        </option>
      }
    </select>
    <label class="switch">
      <input
        type="checkbox"
        #talk
        [checked]="preferences.pushToTalk()"
        (change)="preferences.setPushToTalk(talk.checked)"
      />
      <span>{{ words.calls.pushToTalk }}</span>
    </label>
    <label class="switch">
      <input
        type="checkbox"
        #relay
        [checked]="preferences.relayOnly()"
        (change)="preferences.setRelayOnly(relay.checked)"
      />
      <span>{{ words.calls.relayOnly }}</span>
    </label>
    <p>{{ words.calls.relayOnlyWhy }}</p>
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--space-2);
    }
    p {
      color: var(--muted);
      font-size: var(--size-s);
    }
    p[role='alert'] {
      color: var(--danger);
    }
    .switch {
      display: flex;
      align-items: center;
      gap: var(--space-3);
      min-block-size: var(--target);
    }
  `,
})
export class DeviceChoice {
  protected readonly words = inject(WORDS);
  protected readonly devices = inject(CallDevices);
  protected readonly preferences = inject(CallPreferences);
  readonly #media = inject(CallMedia);
  protected readonly failed = signal(false);

  constructor() {
    void this.devices.look();
  }

  protected async chooseMicrophone(deviceId: string): Promise<void> {
    this.failed.set(!(await this.#media.chooseMicrophone(deviceId)));
  }

  protected chooseSpeaker(deviceId: string): void {
    void this.#media.chooseSpeaker(deviceId);
  }
}
