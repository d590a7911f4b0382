import { ChangeDetectionStrategy, Component, inject, input, output, signal } from '@angular/core';

import { Operators } from '../keyring/operators';
import { refusalWords } from '../keyring/refusal-words';
import { timeFromNow } from '../platform/dates';
import { adminWords } from './admin-words';
import type { Account } from './data/accounts';
import { ReasonField } from './reason-field';

/** Makes the owner of an account an admin. */
@Component({
  selector: 'sc-appoint-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ReasonField],
  template: `
    <form novalidate (submit)="$event.preventDefault(); appoint(reasonField.reason().trim())">
      <sc-reason-field
        #reasonField
        for="appoint-reason"
        [label]="words.reason"
        [hint]="words.reasonHint"
        [error]="error()"
        (edited)="clear()"
      />
      @if (refusal()) {
        <p class="error" role="alert">{{ refusal() }}</p>
      }
      <button type="submit" class="button" [attr.aria-disabled]="isActing()">{{ words.submit }}</button>
    </form>
  `,
  styles: `
    form {
      display: grid;
      gap: var(--space-4);
      margin-block-start: var(--space-2);
    }
    .button {
      justify-self: start;
    }
  `,
})
export class AppointForm {
  readonly account = input.required<Account>();
  /** That the person is an admin now, in words. */
  readonly appointed = output<string>();
  protected readonly words = adminWords.appointment;
  readonly #operators = inject(Operators);

  protected readonly error = signal('');
  protected readonly refusal = signal('');
  protected readonly isActing = signal(false);

  protected clear(): void {
    for (const text of [this.error, this.refusal]) text.set('');
  }

  protected async appoint(reason: string): Promise<void> {
    if (this.isActing()) return;
    this.error.set(reason === '' ? this.words.reasonBad : '');
    if (reason === '') {
      document.getElementById('appoint-reason')?.focus();
      return;
    }
    this.isActing.set(true);
    this.refusal.set('');
    const { userId } = this.account();
    const answer = await this.#operators.appoint(userId, reason).finally(() => this.isActing.set(false));
    if (!answer.ok) {
      this.refusal.set(refusalWords(answer, timeFromNow));
      return;
    }
    const { outcome } = answer.value;
    if (outcome === 'done' || outcome === 'unchanged') this.appointed.emit(this.words.outcomes[outcome]);
    else this.refusal.set(this.words.outcomes[outcome]);
  }
}
