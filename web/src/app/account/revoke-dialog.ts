import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogClose, MatDialogRef } from '@angular/material/dialog';

import { DialogFrame } from '../design/dialog-frame';
import { refusalWords } from '../keyring/refusal-words';
import type { Outcome } from '../keyring/views';
import { timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';

export interface Revocation {
  readonly title: string;
  readonly text: string;
  readonly keep: string;
  readonly act: () => Promise<Outcome<null>>;
}

/** Asks before devices are ended for good. */
@Component({
  selector: 'sc-revoke-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DialogFrame, MatDialogClose],
  template: `
    <sc-dialog-frame [heading]="revocation.title" [closeLabel]="words.close">
      <p>{{ revocation.text }}</p>
      @if (error()) {
        <p class="error" role="alert">{{ error() }}</p>
      }
      <ng-container actions>
        <button type="button" class="button keep" mat-dialog-close>{{ revocation.keep }}</button>
        <button type="button" class="button danger" [attr.aria-disabled]="isActing()" (click)="act()">
          {{ words.owner.revoke }}
        </button>
      </ng-container>
    </sc-dialog-frame>
  `,
})
export class RevokeDialog {
  protected readonly words = inject(WORDS);
  protected readonly revocation = inject<Revocation>(MAT_DIALOG_DATA);
  readonly #dialog = inject<MatDialogRef<RevokeDialog>>(MatDialogRef);
  protected readonly isActing = signal(false);
  protected readonly error = signal('');

  protected async act(): Promise<void> {
    if (this.isActing()) return;
    this.isActing.set(true);
    const outcome = await this.revocation.act().finally(() => this.isActing.set(false));
    if (outcome.ok) this.#dialog.close();
    else this.error.set(refusalWords(outcome, timeFromNow));
  }
}
