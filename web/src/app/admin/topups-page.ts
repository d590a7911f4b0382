import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MatCheckbox } from '@angular/material/checkbox';

import { EmptyState } from '../design/empty-state';
import { Icon } from '../design/icon';
import { Monogram } from '../design/monogram';
import { Skeleton } from '../design/skeleton';
import { refusalWords } from '../keyring/refusal-words';
import { dateAndTime, dateOnly, timeFromNow } from '../platform/dates';
import { Dialogs } from '../platform/dialogs';
import { inFigures } from '../platform/words/plural';
import { adminWords } from './admin-words';
import { type Move, type QueuedTopup, TopupQueue, type TopupStanding } from './data/topup-queue';
import type { Decision } from './topup-decision-dialog';

/** The requests for credits, the oldest first: one or many are approved or rejected with a reason. */
@Component({
  selector: 'sc-topups-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [EmptyState, Icon, MatCheckbox, Monogram, Skeleton],
  providers: [TopupQueue],
  templateUrl: './topups-page.html',
  styleUrl: './topups-page.scss',
})
export class TopupsPage {
  protected readonly words = adminWords.topups;
  protected readonly table = adminWords;
  protected readonly queue = inject(TopupQueue);
  readonly #dialogs = inject(Dialogs);

  protected readonly states: readonly TopupStanding[] = ['requested', 'approved', 'rejected', 'withdrawn'];
  protected readonly placeholders = [1, 2, 3, 4];
  protected readonly figures = inFigures;
  protected readonly day = dateOnly;
  protected readonly moment = dateAndTime;
  /** What came of the last decision. */
  protected readonly said = signal('');
  protected readonly isOpen = computed(() => this.queue.state() === 'requested');
  protected readonly refusal = computed(() => {
    const refused = this.queue.refused();
    return refused === null ? '' : refusalWords(refused, timeFromNow);
  });
  protected readonly picked = this.queue.picked;
  protected readonly sum = computed(() => this.picked().reduce((sum, { amount }) => sum + amount, 0));

  protected show(state: TopupStanding): void {
    this.said.set('');
    this.queue.state.set(state);
  }

  protected nameOf({ username, userId }: QueuedTopup): string {
    return username ?? userId;
  }

  protected decide(move: Move, topups: readonly QueuedTopup[]): void {
    if (topups.length === 0) return;
    this.said.set('');
    const data: Decision = {
      move,
      topups,
      decide: (reason) => this.queue.decide(move, topups, reason),
      decided: (results) => {
        const decided = results.filter(({ changed }) => changed).length;
        this.said.set(this.words.done(move, decided, results.length - decided));
      },
    };
    const load = () => import('./topup-decision-dialog').then((file) => file.TopupDecisionDialog);
    void this.#dialogs.open(load, { kind: 'plain-dialog', focus: 'input', data });
  }
}
