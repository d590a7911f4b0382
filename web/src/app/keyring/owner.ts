import { inject, Injectable } from '@angular/core';

import { Keyring } from './keyring';
import type { DeviceId, DeviceView, Outcome, Peer, PrivacySettings, UserId } from './views';

/** What a signed-in person does with the own account. */
@Injectable({ providedIn: 'root' })
export class Owner {
  readonly #keyring = inject(Keyring);

  hasRecoveryKey(): Promise<boolean | null> {
    return this.#keyring.remote.hasRecoveryKey();
  }

  /** Gives a recovery key to be shown once; it counts when it was typed back. */
  makeRecoveryKey(password: string): Promise<Outcome<string>> {
    return this.#keyring.remote.makeRecoveryKey(password);
  }

  confirmRecoveryKey(typed: string): Promise<Outcome<null>> {
    return this.#keyring.remote.confirmRecoveryKey(typed);
  }

  changePassword(input: {
    readonly current: string;
    readonly next: string;
    readonly known: boolean;
  }): Promise<Outcome<null>> {
    return this.#keyring.remote.changePassword(input);
  }

  devices(): Promise<Outcome<readonly DeviceView[]>> {
    return this.#keyring.remote.devices();
  }

  renameDevice(deviceId: DeviceId, name: string): Promise<Outcome<null>> {
    return this.#keyring.remote.renameDevice(deviceId, name);
  }

  revokeDevices(devices: readonly DeviceId[] | 'others'): Promise<Outcome<null>> {
    return this.#keyring.remote.revokeDevices(devices);
  }

  privacy(): Promise<PrivacySettings> {
    return this.#keyring.remote.privacy();
  }

  setPrivacy(settings: PrivacySettings): Promise<Outcome<null>> {
    return this.#keyring.remote.setPrivacy(settings);
  }

  blocked(): Promise<readonly Peer[]> {
    return this.#keyring.remote.blocked();
  }

  unblock(userId: UserId): Promise<Outcome<null>> {
    return this.#keyring.remote.unblock(userId);
  }
}
