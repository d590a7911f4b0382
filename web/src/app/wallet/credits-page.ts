import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Skeleton } from '../design/skeleton';
import { Balance } from '../keyring/balance';
import { PriceList } from '../keyring/prices';
import { Topups } from '../keyring/topups';
import { inFigures } from '../platform/words/plural';
import { WORDS } from '../platform/words/words';
import { PriceSection } from './price-section';
import { StatementSection } from './statement-section';
import { TopupForm } from './topup-form';
import { TopupList } from './topup-list';

/** What is left to spend, what things cost, and how to get more. */
@Component({
  selector: 'sc-credits-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [PriceSection, Skeleton, StatementSection, TopupForm, TopupList],
  providers: [PriceList, Topups],
  templateUrl: './credits-page.html',
  styleUrl: './credits-page.scss',
})
export class CreditsPage {
  protected readonly words = inject(WORDS);
  protected readonly balance = inject(Balance);
  protected readonly figures = inFigures;
}
