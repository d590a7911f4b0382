import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Session } from '../keyring/session';
import { AccountsTable } from './accounts-table';
import { ClaimForm } from './claim-form';

/** The operator's place: everyone's accounts for an admin, and for others the way to become the first one. */
@Component({
  selector: 'sc-admin-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [AccountsTable, ClaimForm],
  template: `
    @if (session.self()?.role === 'admin') {
      <sc-accounts-table />
    } @else {
      <sc-claim-form />
    }
  `,
  styles: `
    :host {
      display: block;
      block-size: 100%;
    }
  `,
})
export class AdminPage {
  protected readonly session = inject(Session);
}
