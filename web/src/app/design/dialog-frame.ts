import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { MatDialogClose, MatDialogTitle } from '@angular/material/dialog';

import { Icon } from './icon';

/** What every dialog and sheet has: a heading that names it, a way out, its content, and its actions at the end. */
@Component({
  selector: 'sc-dialog-frame',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [MatDialogTitle, MatDialogClose, Icon],
  template: `
    <header>
      <ng-content select="[lead]" />
      <h2 mat-dialog-title class="grow">{{ heading() }}</h2>
      <button type="button" class="icon-button" mat-dialog-close [aria-label]="closeLabel()">
        <sc-icon name="close" />
      </button>
    </header>
    <div class="content"><ng-content /></div>
    <div class="actions"><ng-content select="[actions]" /></div>
  `,
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      max-block-size: inherit;
      min-block-size: 0;
      block-size: 100%;
      padding: var(--space-4) var(--space-6) var(--space-6);
    }
    header {
      display: flex;
      align-items: center;
      gap: var(--space-2);
      margin-block-end: var(--space-3);
      margin-inline-end: -10px;
    }
    .mat-mdc-dialog-title::before {
      content: none;
    }
    .content {
      flex: 1;
      min-block-size: 0;
      margin-inline: calc(-1 * var(--space-1));
      padding-inline: var(--space-1);
    }
    .actions {
      display: flex;
      flex-wrap: wrap;
      justify-content: flex-end;
      gap: var(--space-2);
      margin-block-start: var(--space-6);
    }
    .actions:empty {
      display: none;
    }
  `,
})
export class DialogFrame {
  readonly heading = input.required<string>();
  readonly closeLabel = input.required<string>();
}
