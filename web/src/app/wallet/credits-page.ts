import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';

import { Icon } from '../design/icon';
import { Skeleton } from '../design/skeleton';
import { Balance } from '../keyring/balance';
import { Session } from '../keyring/session';
import { inFigures } from '../platform/words/plural';
import { WORDS } from '../platform/words/words';

/** What is left to spend, what things cost, and how to get more. */
@Component({
  selector: 'sc-credits-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, Skeleton],
  templateUrl: './credits-page.html',
  styleUrl: './credits-page.scss',
})
export class CreditsPage {
  protected readonly words = inject(WORDS);
  protected readonly balance = inject(Balance);
  protected readonly session = inject(Session);
  protected readonly isCopied = signal(false);
  protected readonly figures = inFigures;

  protected async copy(username: string): Promise<void> {
    await navigator.clipboard.writeText(username);
    this.isCopied.set(true);
  }
}
