import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogClose, MatDialogRef } from '@angular/material/dialog';

import { DialogFrame } from '../design/dialog-frame';
import { refusalWords } from '../keyring/refusal-words';
import type { Outcome } from '../keyring/views';
import { timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';

export interface Deletion {
  readonly act: () => Promise<Outcome<unknown>>;
}

/** Asks before a message is taken back from everyone, and says what that cannot do. */
@Component({
  selector: 'sc-delete-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DialogFrame, MatDialogClose],
  template: `
    <sc-dialog-frame [heading]="words.talk.deleteTitle" [closeLabel]="words.close">
      <p>{{ words.talk.deleteText }}</p>
      @if (error()) {
        <p class="error" role="alert">{{ error() }}</p>
      }
      <ng-container actions>
        <button type="button" class="button keep" mat-dialog-close>{{ words.talk.keep }}</button>
        <button type="button" class="button danger" [attr.aria-disabled]="isActing()" (click)="act()">
          {{ words.talk.deleteButton }}
        </button>
      </ng-container>
    </sc-dialog-frame>
  `,
})
export class DeleteDialog {
  protected readonly words = inject(WORDS);
  readonly #deletion = inject<Deletion>(MAT_DIALOG_DATA);
  readonly #dialog = inject<MatDialogRef<DeleteDialog>>(MatDialogRef);
  protected readonly isActing = signal(false);
  protected readonly error = signal('');

  protected async act(): Promise<void> {
    if (this.isActing()) return;
    this.isActing.set(true);
    const outcome = await this.#deletion.act().finally(() => this.isActing.set(false));
    if (outcome.ok) this.#dialog.close();
    else this.error.set(refusalWords(outcome, timeFromNow));
  }
}
