import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';

import { Field } from '../design/field';
import { Icon } from '../design/icon';
import { refusalWords } from '../keyring/refusal-words';
import { Session } from '../keyring/session';
import { timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';
import { KeySteps } from './key-steps';
import { NewPasswordField } from './new-password-field';
import { LOG_IN_STEPS } from './step-order';
import { UsernameField } from './username-field';

/** Back in with the recovery key, under a new password. */
@Component({
  selector: 'sc-recover-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Field, Icon, KeySteps, NewPasswordField, RouterLink, UsernameField],
  templateUrl: './recover-page.html',
  styleUrl: './entry.scss',
})
export class RecoverPage {
  protected readonly words = inject(WORDS);
  readonly #session = inject(Session);
  readonly #router = inject(Router);

  protected readonly order = LOG_IN_STEPS;
  protected readonly username = signal('');
  protected readonly key = signal('');
  protected readonly next = signal('');
  protected readonly isStrong = signal(false);
  protected readonly weak = signal('');
  protected readonly error = signal('');
  protected readonly isWorking = signal(false);
  protected readonly personal = computed(() => [this.username()].filter((word) => word !== ''));

  protected async submit(): Promise<void> {
    if (this.isWorking()) return;
    this.weak.set(this.isStrong() ? '' : this.words.owner.failedMeter);
    if (!this.isStrong()) return;
    this.isWorking.set(true);
    this.error.set('');
    const outcome = await this.#session
      .recover({ username: this.username().trim(), recoveryKey: this.key(), newPassword: this.next() })
      .finally(() => this.isWorking.set(false));
    if (outcome.ok) {
      this.key.set('');
      this.next.set('');
      await this.#router.navigateByUrl('/chats');
    } else {
      this.error.set(refusalWords(outcome, timeFromNow));
    }
  }
}
