import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Skeleton } from '../design/skeleton';
import { Preferences } from '../platform/preferences';
import { WORDS } from '../platform/words/words';

/** While the Worker looks for the session of before the reload: the shape of the list that is most likely on its way, or nothing. */
@Component({
  selector: 'sc-restoring',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Skeleton],
  template: `
    <h1 class="heard">{{ words.product }}</h1>
    @if (preferences.hadSession) {
      <div class="list">
        @for (row of rows; track row) {
          <div class="row">
            <sc-skeleton width="40px" height="40px" [round]="true" />
            <div class="grow lines"><sc-skeleton [width]="row + '%'" /><sc-skeleton width="80%" height="0.8em" /></div>
          </div>
        }
      </div>
    }
  `,
  styles: `
    .list {
      display: grid;
      gap: 28px;
      inline-size: var(--list);
      max-inline-size: 100%;
      min-block-size: 100%;
      align-content: start;
      padding: 128px var(--space-4) 0;
      background: var(--surface-1);
    }
    .row {
      gap: var(--space-3);
    }
    .lines {
      display: grid;
      gap: 6px;
    }
  `,
})
export class Restoring {
  protected readonly preferences = inject(Preferences);
  protected readonly words = inject(WORDS);
  protected readonly rows = [40, 55, 34, 48, 60, 38];
}
