import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';

import { Field } from '../design/field';
import { Icon } from '../design/icon';
import { refusalWords } from '../keyring/refusal-words';
import { Session } from '../keyring/session';
import type { RefusalCode } from '../keyring/views';
import { timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';
import { KeySteps } from './key-steps';
import { NewPasswordField } from './new-password-field';
import { SIGN_UP_STEPS } from './step-order';
import { UsernameField } from './username-field';

type FieldName = 'username' | 'password' | 'email' | 'form';

/** At which field a refusal stands. */
const PLACES: Partial<Record<RefusalCode, FieldName>> = {
  'username-taken': 'username',
  'invalid-username': 'username',
  'password-too-weak': 'password',
};
const USERNAME = /^[a-z][a-z0-9._-]{2,31}$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const EMAIL_MAX = 254;

/** Makes an account: the keys are made here, and what happens meanwhile is shown. */
@Component({
  selector: 'sc-sign-up-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Field, Icon, KeySteps, NewPasswordField, RouterLink, UsernameField],
  templateUrl: './sign-up-page.html',
  styleUrl: './entry.scss',
})
export class SignUpPage {
  protected readonly words = inject(WORDS);
  readonly #session = inject(Session);
  readonly #router = inject(Router);

  protected readonly order = SIGN_UP_STEPS;
  protected readonly username = signal('');
  protected readonly password = signal('');
  protected readonly email = signal('');
  protected readonly isStrong = signal(false);
  protected readonly isWorking = signal(false);
  protected readonly errors = signal<Readonly<Partial<Record<FieldName, string>>>>({});
  /** What a guesser would try first. */
  protected readonly personal = computed(() => [this.username(), this.email()].filter((word) => word !== ''));

  protected async submit(): Promise<void> {
    if (this.isWorking()) return;
    const username = this.username().trim().normalize('NFKC').toLowerCase();
    const email = this.email().trim();
    const errors = this.#examine(username, email);
    this.errors.set(errors);
    if (Object.keys(errors).length > 0) {
      focusFirst(errors);
      return;
    }
    this.isWorking.set(true);
    const outcome = await this.#session
      .register({ username, password: this.password(), email: email === '' ? null : email })
      .finally(() => this.isWorking.set(false));
    if (outcome.ok) {
      this.password.set('');
      await this.#router.navigateByUrl('/chats');
    } else {
      this.errors.set({ [PLACES[outcome.code] ?? 'form']: refusalWords(outcome, timeFromNow) });
    }
  }

  protected clear(field: FieldName): void {
    this.errors.update((errors) => ({ ...errors, [field]: '', form: '' }));
  }

  #examine(username: string, email: string): Partial<Record<FieldName, string>> {
    const isAddress = EMAIL.test(email) && email.length <= EMAIL_MAX;
    return {
      ...(!USERNAME.test(username) && { username: refusalWords({ code: 'invalid-username' }, timeFromNow) }),
      ...(!this.isStrong() && { password: refusalWords({ code: 'password-too-weak' }, timeFromNow) }),
      ...(email !== '' && !isAddress && { email: this.words.signUp.emailBad }),
    };
  }
}

function focusFirst(errors: Readonly<Partial<Record<FieldName, string>>>): void {
  const first = (['username', 'password', 'email'] as const).find((field) => errors[field] !== undefined);
  if (first !== undefined) document.getElementById(first)?.focus();
}
