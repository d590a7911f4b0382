import { ChangeDetectionStrategy, Component, computed, inject, input, output, signal } from '@angular/core';
import { MatDialogRef } from '@angular/material/dialog';

import type { OpenGroup } from '../../keyring/open-group';
import { refusalWords } from '../../keyring/refusal-words';
import type { GroupView } from '../../keyring/views';
import { timeFromNow } from '../../platform/dates';
import { WORDS } from '../../platform/words/words';

/** Says what leaving means before one leaves; an owner gives the group to somebody else first. */
@Component({
  selector: 'sc-leave-panel',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (mustStay()) {
      <p>{{ words.groups.leaveOwner }}</p>
      <div class="acts">
        <button type="button" class="button primary" (click)="stay.emit()">{{ words.groups.leaveChoose }}</button>
      </div>
    } @else {
      <p>{{ isLast() ? words.groups.leaveLast : words.groups.leaveText }}</p>
      @if (error()) {
        <p class="error" role="alert">{{ error() }}</p>
      }
      <div class="acts">
        <button type="button" class="button" (click)="stay.emit()">{{ words.groups.stay }}</button>
        <button type="button" class="button danger" [attr.aria-disabled]="isLeaving()" (click)="leave()">
          {{ words.groups.leaveButton }}
        </button>
      </div>
    }
  `,
  styles: `
    .acts {
      display: flex;
      flex-wrap: wrap;
      justify-content: flex-end;
      gap: var(--space-2);
      margin-block-start: var(--space-6);
    }
    .error {
      margin-block-start: var(--space-3);
      color: var(--danger);
    }
  `,
})
export class LeavePanel {
  readonly group = input.required<OpenGroup>();
  readonly view = input.required<GroupView>();
  readonly stay = output();

  protected readonly words = inject(WORDS);
  readonly #dialog = inject<MatDialogRef<unknown>>(MatDialogRef);
  protected readonly isLeaving = signal(false);
  protected readonly error = signal('');
  protected readonly isLast = computed(() => this.view().members.length === 1);
  protected readonly mustStay = computed(() => this.view().ownRole === 'owner' && !this.isLast());

  protected async leave(): Promise<void> {
    if (this.isLeaving()) return;
    this.isLeaving.set(true);
    const outcome = await this.group()
      .leave()
      .finally(() => this.isLeaving.set(false));
    if (outcome.ok) this.#dialog.close();
    else this.error.set(refusalWords(outcome, timeFromNow));
  }
}
