import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { ABILITY } from '../platform/ability';
import { WORDS } from '../platform/words/words';
import { Mark } from './mark';

/** Stands in the shell's place where keys cannot be made: says why, and how to get to a page where they can. */
@Component({
  selector: 'sc-shell',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Mark],
  template: `
    <main class="column stack">
      <sc-mark [size]="40" />
      @if (ability === 'insecure') {
        <h1>{{ words.insecure.title }}</h1>
        <p>{{ words.insecure.why }}</p>
        <p>{{ words.insecure.fix }}</p>
        <p>
          <a class="button primary" [href]="address">{{ words.insecure.open(address) }}</a>
        </p>
      } @else {
        <h1>{{ words.insecure.oldTitle }}</h1>
        <p>{{ words.insecure.old }}</p>
      }
    </main>
  `,
  styles: `
    :host {
      display: block;
      block-size: 100%;
      overflow: auto;
    }
    main {
      padding-block: 12vh var(--space-8);
    }
    sc-mark {
      margin-block-end: var(--space-4);
    }
  `,
})
export class InsecurePage {
  protected readonly ability = inject(ABILITY);
  protected readonly words = inject(WORDS);
  protected readonly address = `https://${location.hostname}`;
}
