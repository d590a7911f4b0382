import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';

import { Field } from '../design/field';
import { Icon } from '../design/icon';
import { refusalWords, sessionEndWords } from '../keyring/refusal-words';
import { Session } from '../keyring/session';
import { timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';
import { KeySteps } from './key-steps';
import { LOG_IN_STEPS } from './step-order';
import { UsernameField } from './username-field';

/** The password alone brings everything back. */
@Component({
  selector: 'sc-log-in-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Field, Icon, KeySteps, RouterLink, UsernameField],
  templateUrl: './log-in-page.html',
  styleUrl: './entry.scss',
})
export class LogInPage {
  protected readonly words = inject(WORDS);
  readonly #session = inject(Session);
  readonly #router = inject(Router);

  protected readonly order = LOG_IN_STEPS;
  protected readonly username = signal('');
  protected readonly password = signal('');
  protected readonly isWorking = signal(false);
  protected readonly error = signal('');
  /** What was entered is not right, rather than something else in the way. */
  protected readonly isWrong = signal(false);
  /** The account was started fresh elsewhere: going on forgets what this device kept of it. */
  protected readonly isOutdated = signal(false);
  /** The sealed keys are not to be had: starting fresh is what is left. */
  protected readonly isLost = signal(false);
  /** Why there is no session any more. */
  protected readonly ended = computed(() => {
    const end = this.#session.endedBy();
    return end === null ? '' : sessionEndWords(end, this.#session.ban());
  });

  protected async submit(startedFresh = false): Promise<void> {
    if (this.isWorking()) return;
    if (this.username().trim() === '' || this.password() === '') {
      this.error.set(this.words.logIn.missing);
      this.isWrong.set(true);
      document.getElementById(this.username().trim() === '' ? 'username' : 'password')?.focus();
      return;
    }
    this.isWorking.set(true);
    this.error.set('');
    this.isOutdated.set(false);
    this.isLost.set(false);
    const outcome = await this.#session
      .logIn({ username: this.username().trim(), password: this.password(), startedFresh })
      .finally(() => this.isWorking.set(false));
    if (outcome.ok) {
      this.password.set('');
      await this.#router.navigateByUrl('/chats');
    } else {
      this.error.set(refusalWords(outcome, timeFromNow));
      this.isWrong.set(outcome.code === 'credentials-refused' || outcome.code === 'invalid-username');
      this.isOutdated.set(outcome.code === 'account-started-fresh');
      this.isLost.set(outcome.code === 'vault-missing' || outcome.code === 'vault-refused-here');
    }
  }
}
