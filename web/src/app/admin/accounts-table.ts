import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  inject,
  viewChild,
} from '@angular/core';
import { MatSort, MatSortHeader, type Sort } from '@angular/material/sort';
import { MatTableModule } from '@angular/material/table';

import { EmptyState } from '../design/empty-state';
import { Icon } from '../design/icon';
import { Monogram } from '../design/monogram';
import { Skeleton } from '../design/skeleton';
import { refusalWords } from '../keyring/refusal-words';
import { dateAndTime, dateOnly, dateShort, timeFromNow } from '../platform/dates';
import { Dialogs } from '../platform/dialogs';
import { Layout } from '../platform/layout';
import { Shortcuts } from '../platform/shortcuts';
import { inFigures } from '../platform/words/plural';
import type { AccountSheet } from './account-dialog';
import { adminWords } from './admin-words';
import { type Account, Accounts } from './data/accounts';

/** Everyone who has an account here: searched, sorted, a page at a time. */
@Component({
  selector: 'sc-accounts-table',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [EmptyState, Icon, MatSort, MatSortHeader, MatTableModule, Monogram, Skeleton],
  providers: [Accounts],
  templateUrl: './accounts-table.html',
  styleUrl: './accounts-table.scss',
})
export class AccountsTable {
  protected readonly words = adminWords;
  protected readonly accounts = inject(Accounts);
  readonly #layout = inject(Layout);
  readonly #dialogs = inject(Dialogs);
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');

  protected readonly columns = computed(() =>
    this.#layout.isNarrow() ? ['username', 'credits', 'joined'] : ['username', 'email', 'credits', 'joined', 'id'],
  );
  protected readonly isNarrow = this.#layout.isNarrow;
  protected readonly refusal = computed(() => {
    const refused = this.accounts.refused();
    return refused === null ? '' : refusalWords(refused, timeFromNow);
  });
  protected readonly placeholders = [1, 2, 3, 4, 5, 6, 7, 8];
  protected readonly figures = inFigures;
  protected readonly day = dateOnly;
  protected readonly shortDay = dateShort;
  protected readonly moment = dateAndTime;

  constructor() {
    inject(Shortcuts).handle('search', inject(DestroyRef), () => this.field().nativeElement.focus());
  }

  protected readonly identify = (_: number, account: Account) => account.userId;

  protected look(account: Account): void {
    const load = () => import('./account-dialog').then((file) => file.AccountDialog);
    const data: AccountSheet = { account, changed: () => this.accounts.again() };
    void this.#dialogs.open(load, { kind: 'side-sheet', focus: 'dialog', data });
  }

  protected sort({ active, direction }: Sort): void {
    this.accounts.sortBy(active === 'username' ? 'username' : 'joined', direction === 'asc' ? 'asc' : 'desc');
  }
}
