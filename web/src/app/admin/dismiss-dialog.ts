import type { DismissAnswer } from '@secureconnect/contracts/admin-operators';
import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogClose, MatDialogRef } from '@angular/material/dialog';

import { DialogFrame } from '../design/dialog-frame';
import { Field } from '../design/field';
import { refusalWords } from '../keyring/refusal-words';
import type { Outcome } from '../keyring/views';
import { timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';
import { adminWords } from './admin-words';
import { ReasonField } from './reason-field';

export interface Dismissal {
  readonly name: string;
  /** Whoever looks at the page steps down. */
  readonly own: boolean;
  readonly dismiss: (reason: string) => Promise<Outcome<DismissAnswer>>;
  /** What came of it, in words. */
  readonly ended: (said: string) => void;
}

/** Takes an admin's role, with a reason. Who steps down types the own name: it happens to nobody by accident. */
@Component({
  selector: 'sc-dismiss-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DialogFrame, Field, MatDialogClose, ReasonField],
  template: `
    <sc-dialog-frame [heading]="heading" [closeLabel]="frame.close">
      <p>{{ dismissal.own ? words.ownText : words.dialogText }}</p>
      <form
        id="dismissal"
        novalidate
        (submit)="$event.preventDefault(); dismiss(reasonField.reason().trim(), typed().trim())"
      >
        @if (dismissal.own) {
          <sc-field for="dismiss-name" [label]="words.type(dismissal.name)" [error]="nameError()">
            <input
              #nameField
              id="dismiss-name"
              class="input"
              type="text"
              autocomplete="off"
              autocapitalize="none"
              spellcheck="false"
              maxlength="32"
              required
              aria-describedby="dismiss-name-note"
              [attr.aria-invalid]="nameError() !== ''"
              (input)="typed.set(nameField.value); clear()"
            />
          </sc-field>
        }
        <sc-reason-field
          #reasonField
          for="dismiss-reason"
          [label]="words.reason"
          [hint]="dismissal.own ? words.ownReasonHint : words.reasonHint"
          [error]="reasonError()"
          (edited)="clear()"
        />
      </form>
      @if (refusal()) {
        <p class="error" role="alert">{{ refusal() }}</p>
      }
      <ng-container actions>
        <button type="button" class="button" mat-dialog-close>{{ frame.cancel }}</button>
        <button type="submit" form="dismissal" class="button danger" [attr.aria-disabled]="isActing()">
          {{ dismissal.own ? words.stepDown : words.dismiss }}
        </button>
      </ng-container>
    </sc-dialog-frame>
  `,
  styles: `
    form {
      display: grid;
      gap: var(--space-4);
      margin-block-start: var(--space-4);
    }
  `,
})
export class DismissDialog {
  protected readonly frame = inject(WORDS);
  protected readonly words = adminWords.admins;
  protected readonly dismissal = inject<Dismissal>(MAT_DIALOG_DATA);
  readonly #dialog = inject<MatDialogRef<DismissDialog>>(MatDialogRef);
  protected readonly heading = this.dismissal.own ? this.words.ownTitle : this.words.dialogTitle(this.dismissal.name);
  protected readonly typed = signal('');
  protected readonly isActing = signal(false);
  protected readonly nameError = signal('');
  protected readonly reasonError = signal('');
  protected readonly refusal = signal('');

  protected clear(): void {
    for (const text of [this.nameError, this.reasonError, this.refusal]) text.set('');
  }

  protected async dismiss(reason: string, typed: string): Promise<void> {
    if (this.isActing()) return;
    const { name, own } = this.dismissal;
    const isName = !own || typed === name;
    this.nameError.set(isName ? '' : this.words.nameBad);
    this.reasonError.set(reason === '' ? this.words.reasonBad : '');
    if (!isName || reason === '') {
      document.getElementById(isName ? 'dismiss-reason' : 'dismiss-name')?.focus();
      return;
    }
    this.isActing.set(true);
    this.refusal.set('');
    const answer = await this.dismissal.dismiss(reason).finally(() => this.isActing.set(false));
    if (!answer.ok) {
      this.refusal.set(refusalWords(answer, timeFromNow));
      return;
    }
    if (answer.value.outcome === 'last') {
      this.refusal.set(this.words.last);
      return;
    }
    this.#dialog.close();
    this.dismissal.ended(answer.value.outcome === 'done' ? this.words.done(name) : this.words.unchanged(name));
  }
}
