import { ChangeDetectionStrategy, Component, computed, inject, resource, signal } from '@angular/core';

import { Owner } from '../keyring/owner';
import { refusalWords } from '../keyring/refusal-words';
import type { DeviceId, DeviceView, Outcome } from '../keyring/views';
import { dateAndTime, timeFromNow } from '../platform/dates';
import { Dialogs } from '../platform/dialogs';
import { WORDS } from '../platform/words/words';
import type { Revocation } from './revoke-dialog';

const NAME_MAX = 64;

/** Every device of the account: what it is called, when it was seen, and the way to end it. */
@Component({
  selector: 'sc-devices-section',
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './devices-section.html',
  styleUrl: './sections.scss',
})
export class DevicesSection {
  protected readonly words = inject(WORDS);
  readonly #owner = inject(Owner);
  readonly #dialogs = inject(Dialogs);

  readonly #devices = resource({ loader: () => this.#owner.devices() });
  protected readonly devices = computed(() => {
    const outcome = this.#devices.value();
    return outcome?.ok ? outcome.value : null;
  });
  protected readonly refusal = computed(() => {
    const outcome = this.#devices.value();
    return outcome === undefined || outcome.ok ? '' : refusalWords(outcome, timeFromNow);
  });
  protected readonly others = computed(
    () => (this.devices() ?? []).filter(({ current, revokedAtMs }) => !current && revokedAtMs === null).length,
  );
  protected readonly naming = signal<DeviceId | null>(null);
  protected readonly error = signal('');
  protected readonly nameMax = NAME_MAX;

  protected line({ lastSeenAtMs, addedAtMs, revokedAtMs }: DeviceView): string {
    const { owner } = this.words;
    if (revokedAtMs !== null) return owner.revokedAt(dateAndTime(revokedAtMs));
    return lastSeenAtMs === null
      ? `${owner.notSeen}. ${owner.added(dateAndTime(addedAtMs))}`
      : owner.seen(dateAndTime(lastSeenAtMs));
  }

  protected async rename({ deviceId }: DeviceView, name: string): Promise<void> {
    if (name.trim() === '') return;
    if ((await this.#ask(this.#owner.renameDevice(deviceId, name.trim()))).ok) this.naming.set(null);
  }

  protected revoke(device: DeviceView): void {
    const { owner } = this.words;
    this.#confirm({
      title: owner.revokeTitle(device.name ?? owner.unknownDevice),
      text: owner.revokeText,
      keep: owner.keep,
      act: () => this.#ask(this.#owner.revokeDevices([device.deviceId])),
    });
  }

  protected revokeOthers(): void {
    const { owner } = this.words;
    this.#confirm({
      title: owner.revokeOthersTitle,
      text: owner.revokeOthersText(this.others()),
      keep: owner.keepAll,
      act: () => this.#ask(this.#owner.revokeDevices('others')),
    });
  }

  protected again(): void {
    this.#devices.reload();
  }

  #confirm(revocation: Revocation): void {
    const load = () => import('./revoke-dialog').then((file) => file.RevokeDialog);
    void this.#dialogs.open(load, { kind: 'plain-dialog', focus: '.keep', data: revocation });
  }

  async #ask(asked: Promise<Outcome<null>>): Promise<Outcome<null>> {
    const outcome = await asked;
    this.error.set(outcome.ok ? '' : refusalWords(outcome, timeFromNow));
    this.#devices.reload();
    return outcome;
  }
}
