import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';

import { Skeleton } from '../design/skeleton';
import { refusalWords } from '../keyring/refusal-words';
import { type TopupRequest, Topups } from '../keyring/topups';
import { dateAndTime, dateOnly, timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';

/** What the person has asked for, and what became of it. */
@Component({
  selector: 'sc-topup-list',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Skeleton],
  templateUrl: './topup-list.html',
  styleUrl: './topup-list.scss',
})
export class TopupList {
  protected readonly words = inject(WORDS).wallet;
  protected readonly topups = inject(Topups);
  protected readonly day = dateOnly;
  protected readonly moment = dateAndTime;
  /** The request that is being withdrawn. */
  protected readonly leaving = signal<string | null>(null);
  protected readonly error = signal('');
  protected readonly refusal = computed(() => {
    const refused = this.topups.refused();
    return refused === null ? '' : refusalWords(refused, timeFromNow);
  });
  protected readonly news = computed(() => {
    const decided = this.topups.decided();
    return decided?.state === 'approved' || decided?.state === 'rejected'
      ? this.words.decided(decided.state, decided.amount)
      : '';
  });

  protected async withdraw({ topupId }: TopupRequest): Promise<void> {
    if (this.leaving() !== null) return;
    this.leaving.set(topupId);
    this.error.set('');
    const withdrawn = await this.topups.withdraw(topupId).finally(() => this.leaving.set(null));
    if (!withdrawn.ok) this.error.set(refusalWords(withdrawn, timeFromNow));
  }
}
