import type { DeedId } from '@secureconnect/contracts/admin-acts';
import { ChangeDetectionStrategy, Component, inject, input, output, signal } from '@angular/core';

import { Field } from '../design/field';
import { People } from '../keyring/people';
import { refusalWords } from '../keyring/refusal-words';
import { timeFromNow } from '../platform/dates';
import { adminWords } from './admin-words';
import type { Account } from './data/accounts';
import { ReasonField } from './reason-field';

const AMOUNT_MAX = 1_000_000;

function newDeedId(): DeedId {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('') as DeedId;
}

/** Gives credits to an account, or takes them. */
@Component({
  selector: 'sc-adjust-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Field, ReasonField],
  template: `
    <form novalidate (submit)="$event.preventDefault(); adjust(amountField.value.trim(), reasonField.reason().trim())">
      <sc-field for="adjust-amount" [label]="words.amount" [hint]="words.amountHint" [error]="amountError()">
        <input
          #amountField
          id="adjust-amount"
          class="input figures amount"
          type="text"
          autocomplete="off"
          maxlength="9"
          required
          aria-describedby="adjust-amount-note"
          [attr.aria-invalid]="amountError() !== ''"
          (input)="changed()"
        />
      </sc-field>
      <sc-reason-field
        #reasonField
        for="adjust-reason"
        [label]="words.reason"
        [hint]="words.reasonHint"
        [error]="reasonError()"
        (edited)="changed()"
      />
      @if (refusal()) {
        <p class="error" role="alert">{{ refusal() }}</p>
      }
      <p class="said" role="status">{{ said() }}</p>
      <button type="submit" class="button" [attr.aria-disabled]="isActing()">{{ words.submit }}</button>
    </form>
  `,
  styles: `
    form {
      display: grid;
      gap: var(--space-4);
      margin-block-start: var(--space-2);
    }
    .amount {
      max-inline-size: 160px;
    }
    .said:empty {
      display: none;
    }
    .button {
      justify-self: start;
    }
  `,
})
export class AdjustForm {
  readonly account = input.required<Account>();
  /** What the account has now. */
  readonly adjusted = output<number>();
  protected readonly words = adminWords.adjust;
  readonly #people = inject(People);

  protected readonly amountError = signal('');
  protected readonly reasonError = signal('');
  protected readonly refusal = signal('');
  protected readonly said = signal('');
  protected readonly isActing = signal(false);
  /** The same while one deed is tried again: it is done once at most. */
  #deedId = newDeedId();

  protected changed(): void {
    this.#deedId = newDeedId();
    for (const text of [this.amountError, this.reasonError, this.refusal, this.said]) text.set('');
  }

  protected async adjust(typed: string, reason: string): Promise<void> {
    if (this.isActing()) return;
    const amount = Number(typed.replace('−', '-'));
    const isAmount = Number.isInteger(amount) && amount !== 0 && Math.abs(amount) <= AMOUNT_MAX;
    this.amountError.set(isAmount ? '' : this.words.amountBad);
    this.reasonError.set(reason === '' ? this.words.reasonBad : '');
    if (!isAmount || reason === '') {
      document.getElementById(isAmount ? 'adjust-reason' : 'adjust-amount')?.focus();
      return;
    }
    this.isActing.set(true);
    this.refusal.set('');
    this.said.set('');
    const deed = { deedId: this.#deedId, amount, reason };
    const answer = await this.#people.adjust(this.account().userId, deed).finally(() => this.isActing.set(false));
    if (!answer.ok) {
      this.refusal.set(refusalWords(answer, timeFromNow));
      return;
    }
    this.#deedId = newDeedId();
    const { outcome, available } = answer.value;
    if (outcome === 'done') this.said.set(this.words.done(available));
    else this.refusal.set(outcome === 'insufficient' ? this.words.insufficient(available) : this.words.conflict);
    this.adjusted.emit(available);
  }
}
