import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Skeleton } from '../design/skeleton';
import { PriceList } from '../keyring/prices';
import { refusalWords } from '../keyring/refusal-words';
import { dateAndTime, dateShort, timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';

/** What things cost and since when, what is announced, and what they cost before. */
@Component({
  selector: 'sc-price-section',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Skeleton],
  templateUrl: './price-section.html',
  styleUrl: './price-section.scss',
})
export class PriceSection {
  protected readonly words = inject(WORDS).wallet.prices;
  protected readonly list = inject(PriceList);
  protected readonly day = dateShort;
  protected readonly moment = dateAndTime;

  protected readonly refusal = computed(() => {
    const refused = this.list.refused();
    return refused === null ? '' : refusalWords(refused, timeFromNow);
  });
  protected readonly earlier = computed(() => (this.list.views() ?? []).filter(({ earlier }) => earlier.length > 0));
}
