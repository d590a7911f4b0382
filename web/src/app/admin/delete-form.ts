import { ChangeDetectionStrategy, Component, inject, input, output, signal } from '@angular/core';

import { Field } from '../design/field';
import { People } from '../keyring/people';
import { refusalWords } from '../keyring/refusal-words';
import { timeFromNow } from '../platform/dates';
import { adminWords } from './admin-words';
import type { Account } from './data/accounts';
import { ReasonField } from './reason-field';

/** Takes an account away for good, once its name was typed. */
@Component({
  selector: 'sc-delete-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Field, ReasonField],
  template: `
    <form novalidate (submit)="$event.preventDefault(); remove(nameField.value.trim(), reasonField.reason().trim())">
      <sc-field for="delete-name" [label]="words.type(account().username)" [error]="nameError()">
        <input
          #nameField
          id="delete-name"
          class="input"
          type="text"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          maxlength="32"
          required
          aria-describedby="delete-name-note"
          [attr.aria-invalid]="nameError() !== ''"
          (input)="clear()"
        />
      </sc-field>
      <sc-reason-field
        #reasonField
        for="delete-reason"
        [label]="words.reason"
        [hint]="words.reasonHint"
        [error]="reasonError()"
        (edited)="clear()"
      />
      @if (refusal()) {
        <p class="error" role="alert">{{ refusal() }}</p>
      }
      <button type="submit" class="button danger" [attr.aria-disabled]="isActing()">{{ words.submit }}</button>
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
export class DeleteForm {
  readonly account = input.required<Account>();
  readonly deleted = output();
  protected readonly words = adminWords.deletion;
  readonly #people = inject(People);

  protected readonly nameError = signal('');
  protected readonly reasonError = signal('');
  protected readonly refusal = signal('');
  protected readonly isActing = signal(false);

  protected clear(): void {
    for (const text of [this.nameError, this.reasonError, this.refusal]) text.set('');
  }

  protected async remove(typed: string, reason: string): Promise<void> {
    if (this.isActing()) return;
    const { userId, username } = this.account();
    const isName = typed === username;
    this.nameError.set(isName ? '' : this.words.nameBad);
    this.reasonError.set(reason === '' ? this.words.reasonBad : '');
    if (!isName || reason === '') {
      document.getElementById(isName ? 'delete-reason' : 'delete-name')?.focus();
      return;
    }
    this.isActing.set(true);
    this.refusal.set('');
    const answer = await this.#people.delete(userId, { username, reason }).finally(() => this.isActing.set(false));
    if (answer.ok) this.deleted.emit();
    else this.refusal.set(refusalWords(answer, timeFromNow));
  }
}
