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
import { SIGN_UP_STEPS } from './step-order';
import { UsernameField } from './username-field';

type Way = 'code' | 'password';

/** New keys under the same name. Says beforehand what is kept, what is lost and who will see it, and asks to type the name. */
@Component({
  selector: 'sc-start-fresh-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Field, Icon, KeySteps, NewPasswordField, RouterLink, UsernameField],
  templateUrl: './start-fresh-page.html',
  styleUrls: ['./entry.scss', './start-fresh-page.scss'],
})
export class StartFreshPage {
  protected readonly words = inject(WORDS);
  readonly #session = inject(Session);
  readonly #router = inject(Router);

  protected readonly order = SIGN_UP_STEPS;
  protected readonly username = signal('');
  protected readonly typed = signal('');
  protected readonly way = signal<Way>('code');
  protected readonly proof = signal('');
  protected readonly next = signal('');
  protected readonly isStrong = signal(false);
  protected readonly errors = signal({ next: '', typed: '', form: '' });
  protected readonly isWorking = signal(false);
  protected readonly name = computed(() => this.username().trim().normalize('NFKC').toLowerCase());
  protected readonly personal = computed(() => [this.name()].filter((word) => word !== ''));
  protected readonly ways: readonly { readonly way: Way; readonly words: string }[] = [
    { way: 'code', words: this.words.owner.freshByCode },
    { way: 'password', words: this.words.owner.freshByPassword },
  ];

  protected choose(way: Way): void {
    this.way.set(way);
    this.proof.set('');
  }

  protected async submit(): Promise<void> {
    if (this.isWorking()) return;
    const typed = this.typed().trim().normalize('NFKC').toLowerCase();
    const isNamed = this.name() !== '' && typed === this.name();
    this.errors.set({
      next: this.isStrong() ? '' : this.words.owner.failedMeter,
      typed: isNamed ? '' : this.words.owner.freshTypeWrong,
      form: '',
    });
    if (!isNamed || !this.isStrong()) return;
    const proof = this.way() === 'code' ? { code: bareCode(this.proof()) } : { password: this.proof() };
    this.isWorking.set(true);
    const outcome = await this.#session
      .startFresh({ username: this.name(), proof, newPassword: this.next() })
      .finally(() => this.isWorking.set(false));
    if (outcome.ok) {
      this.proof.set('');
      this.next.set('');
      await this.#router.navigateByUrl('/chats');
    } else {
      this.errors.set({ next: '', typed: '', form: refusalWords(outcome, timeFromNow) });
    }
  }
}

/** As the server wrote it, however it was typed. */
const bareCode = (typed: string): string => typed.toUpperCase().replaceAll(/[\s-]/g, '');
