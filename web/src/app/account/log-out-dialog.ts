import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogClose, MatDialogRef } from '@angular/material/dialog';

import { DialogFrame } from '../design/dialog-frame';
import { Session } from '../keyring/session';
import { WORDS } from '../platform/words/words';

/** Asks once more, and says what would be lost. */
@Component({
  selector: 'sc-log-out-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DialogFrame, MatDialogClose],
  template: `
    <sc-dialog-frame [heading]="words.account.logOutTitle" [closeLabel]="words.close">
      <p>{{ words.account.logOutText }}</p>
      @if (unsent > 0) {
        <p class="loss" role="alert">{{ words.account.logOutUnsent(unsent) }}</p>
      }
      <ng-container actions>
        <button type="button" class="button stay" mat-dialog-close>{{ words.account.stay }}</button>
        <button
          type="button"
          class="button"
          [class]="unsent > 0 ? 'danger' : 'primary'"
          [attr.aria-disabled]="isLeaving()"
          (click)="logOut()"
        >
          {{ unsent > 0 ? words.account.logOutLosing(unsent) : words.account.logOutConfirm }}
        </button>
      </ng-container>
    </sc-dialog-frame>
  `,
  styles: `
    .loss {
      margin-block-start: var(--space-3);
      color: var(--danger);
      font-weight: 550;
    }
  `,
})
export class LogOutDialog {
  protected readonly words = inject(WORDS);
  protected readonly unsent = inject<number>(MAT_DIALOG_DATA);
  readonly #session = inject(Session);
  readonly #dialog = inject<MatDialogRef<LogOutDialog>>(MatDialogRef);
  protected readonly isLeaving = signal(false);

  protected async logOut(): Promise<void> {
    if (this.isLeaving()) return;
    this.isLeaving.set(true);
    await this.#session.logOut();
    this.#dialog.close();
  }
}
