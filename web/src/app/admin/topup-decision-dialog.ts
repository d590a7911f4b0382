import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogClose, MatDialogRef } from '@angular/material/dialog';

import { DialogFrame } from '../design/dialog-frame';
import { refusalWords } from '../keyring/refusal-words';
import type { Outcome } from '../keyring/views';
import { timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';
import { adminWords } from './admin-words';
import type { Decided, Move, QueuedTopup } from './data/topup-queue';
import { ReasonField } from './reason-field';

export interface Decision {
  readonly move: Move;
  readonly topups: readonly QueuedTopup[];
  readonly decide: (reason: string) => Promise<Outcome<readonly Decided[]>>;
  /** What came of it. */
  readonly decided: (results: readonly Decided[]) => void;
}

/** Says once more what is about to be decided, and wants the words that the people will read. */
@Component({
  selector: 'sc-topup-decision-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DialogFrame, MatDialogClose, ReasonField],
  template: `
    <sc-dialog-frame [heading]="heading" [closeLabel]="frame.close">
      <p>{{ words.decisionText(total) }}</p>
      <form id="topup-decision" novalidate (submit)="$event.preventDefault(); decide(reasonField.reason().trim())">
        <sc-reason-field
          #reasonField
          for="topup-reason"
          [label]="words.reason"
          [hint]="words.reasonHint"
          [error]="error()"
          [reason]="decision.move === 'approve' ? words.reasonPaid : ''"
          (edited)="error.set('')"
        />
      </form>
      @if (refusal()) {
        <p class="error" role="alert">{{ refusal() }}</p>
      }
      <ng-container actions>
        <button type="button" class="button" mat-dialog-close>{{ frame.cancel }}</button>
        <button
          type="submit"
          form="topup-decision"
          class="button"
          [class.primary]="decision.move === 'approve'"
          [class.danger]="decision.move === 'reject'"
          [attr.aria-disabled]="isActing()"
        >
          {{ words.moves[decision.move] }}
        </button>
      </ng-container>
    </sc-dialog-frame>
  `,
  styles: `
    form {
      margin-block-start: var(--space-4);
    }
  `,
})
export class TopupDecisionDialog {
  protected readonly frame = inject(WORDS);
  protected readonly words = adminWords.topups;
  protected readonly decision = inject<Decision>(MAT_DIALOG_DATA);
  readonly #dialog = inject<MatDialogRef<TopupDecisionDialog>>(MatDialogRef);
  protected readonly isActing = signal(false);
  protected readonly error = signal('');
  protected readonly refusal = signal('');
  protected readonly heading = this.words.decisionTitle(this.decision.move, this.decision.topups.length);
  protected readonly total = this.decision.topups.reduce((sum, { amount }) => sum + amount, 0);

  protected async decide(reason: string): Promise<void> {
    if (this.isActing()) return;
    if (reason === '') {
      this.error.set(this.words.reasonBad);
      document.getElementById('topup-reason')?.focus();
      return;
    }
    this.isActing.set(true);
    this.refusal.set('');
    const outcome = await this.decision.decide(reason).finally(() => this.isActing.set(false));
    if (outcome.ok) {
      this.#dialog.close();
      this.decision.decided(outcome.value);
    } else this.refusal.set(refusalWords(outcome, timeFromNow));
  }
}
