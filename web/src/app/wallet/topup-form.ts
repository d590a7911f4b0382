import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';

import { Field } from '../design/field';
import { refusalWords } from '../keyring/refusal-words';
import { Topups } from '../keyring/topups';
import { timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';

const AMOUNT_MAX = 100_000;

type FieldName = 'amount' | 'reference' | 'form';

/** Asks the people who run the server for credits. */
@Component({
  selector: 'sc-topup-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Field],
  templateUrl: './topup-form.html',
  styles: `
    form {
      display: grid;
      gap: var(--space-4);
      margin-block-start: var(--space-4);
    }
    .amount {
      max-inline-size: 160px;
    }
    textarea {
      min-block-size: 64px;
      resize: vertical;
    }
    .button {
      justify-self: start;
    }
  `,
})
export class TopupForm {
  protected readonly words = inject(WORDS).wallet;
  readonly #topups = inject(Topups);

  protected readonly amount = signal('');
  protected readonly reference = signal('');
  protected readonly note = signal('');
  protected readonly errors = signal<Partial<Record<FieldName, string>>>({});
  protected readonly isAsking = signal(false);
  protected readonly said = signal('');

  protected clear(field: FieldName): void {
    this.errors.update((errors) => ({ ...errors, [field]: '', form: '' }));
  }

  protected async submit(): Promise<void> {
    if (this.isAsking()) return;
    const amount = Number(this.amount().trim());
    const reference = this.reference().trim();
    const errors: Partial<Record<FieldName, string>> = {
      ...(!(Number.isInteger(amount) && amount >= 1 && amount <= AMOUNT_MAX) && { amount: this.words.amountBad }),
      ...(reference === '' && { reference: this.words.referenceBad }),
    };
    this.errors.set(errors);
    this.said.set('');
    const first = (['amount', 'reference'] as const).find((field) => errors[field] !== undefined);
    if (first !== undefined) {
      document.getElementById(`topup-${first}`)?.focus();
      return;
    }
    this.isAsking.set(true);
    const asked = await this.#topups
      .request({ amount, reference, note: this.note().trim() })
      .finally(() => this.isAsking.set(false));
    if (!asked.ok) this.errors.set({ form: refusalWords(asked, timeFromNow) });
    else if (asked.value === 'too-many') this.errors.set({ form: this.words.tooMany });
    else if (asked.value === 'conflict') this.errors.set({ form: this.words.conflict });
    else {
      for (const field of [this.amount, this.reference, this.note]) field.set('');
      this.said.set(this.words.asked(amount));
    }
  }
}
