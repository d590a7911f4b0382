import { ChangeDetectionStrategy, Component, inject, resource } from '@angular/core';

import { Owner } from '../keyring/owner';
import { Dialogs } from '../platform/dialogs';
import { WORDS } from '../platform/words/words';

/** Whether there is a way back without the password, and the way to one. */
@Component({
  selector: 'sc-recovery-section',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section>
      <h3>{{ words.owner.recovery }}</h3>
      <p class="muted">{{ words.owner.recoveryWhy }}</p>
      <p role="status">
        @if (isSet.hasValue()) {
          {{
            isSet.value() === null
              ? words.owner.recoveryUnknown
              : isSet.value()
                ? words.owner.recoverySet
                : words.owner.recoveryUnset
          }}
        }
      </p>
      <div class="acts">
        <button type="button" class="button" (click)="make()">
          {{ isSet.value() ? words.owner.remakeRecovery : words.owner.makeRecovery }}
        </button>
        <button type="button" class="button" (click)="changePassword()">{{ words.owner.changePassword }}</button>
      </div>
    </section>
  `,
  styleUrl: './sections.scss',
})
export class RecoverySection {
  protected readonly words = inject(WORDS);
  readonly #owner = inject(Owner);
  readonly #dialogs = inject(Dialogs);
  protected readonly isSet = resource({ loader: () => this.#owner.hasRecoveryKey() });

  protected make(): void {
    const load = () => import('./recovery-dialog').then((file) => file.RecoveryDialog);
    void this.#dialogs.open(load, {
      kind: 'plain-dialog',
      focus: '#recovery-password',
      data: () => this.isSet.reload(),
    });
  }

  protected changePassword(): void {
    const load = () => import('./password-dialog').then((file) => file.PasswordDialog);
    void this.#dialogs.open(load, { kind: 'plain-dialog', focus: '#current', data: () => this.isSet.reload() });
  }
}
