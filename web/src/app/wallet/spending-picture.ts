import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { dateShort } from '../platform/dates';
import { inFigures } from '../platform/words/plural';
import { WORDS } from '../platform/words/words';
import type { Spending } from './spending';

/** Units of the drawing for each bar, and for the highest. */
const WIDTH = 10;
const GAP = 2;
const HEIGHT = 100;

/** What was spent over time, as bars; the same in one sentence, and as a table. */
@Component({
  selector: 'sc-spending-picture',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h3>{{ words.spending }}</h3>
    <p class="small muted" data-spent>{{ summary() }}</p>
    @if (spending().most) {
      <svg role="img" preserveAspectRatio="none" [attr.viewBox]="box()" [attr.aria-label]="summary()">
        @for (bar of bars(); track bar.x) {
          <rect [attr.x]="bar.x" [attr.y]="bar.y" [attr.width]="bar.width" [attr.height]="bar.height" />
        }
      </svg>
      <div class="ends small muted" aria-hidden="true">
        <span>{{ first() }}</span>
        <span>{{ last() }}</span>
      </div>
      <details>
        <summary class="small">{{ words.asTable }}</summary>
        <table class="small">
          <thead>
            <tr>
              <th scope="col">{{ words.when }}</th>
              <th scope="col" class="number">{{ words.credits }}</th>
            </tr>
          </thead>
          <tbody>
            @for (row of rows(); track row.fromMs) {
              <tr>
                <td>{{ row.when }}</td>
                <td class="number figures">{{ row.spent }}</td>
              </tr>
            }
          </tbody>
        </table>
      </details>
    }
  `,
  styleUrl: './spending-picture.scss',
})
export class SpendingPicture {
  protected readonly words = inject(WORDS).wallet.statement;
  readonly spending = input.required<Spending>();

  protected readonly box = computed(
    () => `0 0 ${(this.spending().bars.length * WIDTH).toString()} ${HEIGHT.toString()}`,
  );
  protected readonly bars = computed(() => {
    const { bars, most } = this.spending();
    return bars.flatMap(({ spent }, index) => {
      // What was spent at all can be seen.
      const height = most === null || spent === 0 ? 0 : Math.max(2, (spent / most.spent) * HEIGHT);
      return height === 0 ? [] : [{ x: index * WIDTH + GAP / 2, y: HEIGHT - height, width: WIDTH - GAP, height }];
    });
  });
  protected readonly summary = computed(() => {
    const { total, most } = this.spending();
    const spent = this.words.spent(total);
    return most === null ? spent : `${spent}, ${this.words.most(most.spent, this.#when(most.fromMs))}`;
  });
  protected readonly first = computed(() => dateShort(this.spending().bars[0]?.fromMs ?? 0));
  protected readonly last = computed(() => dateShort(this.spending().bars.at(-1)?.fromMs ?? 0));
  /** The newest first, and those in which something was spent. */
  protected readonly rows = computed(() =>
    this.spending()
      .bars.filter(({ spent }) => spent > 0)
      .map(({ fromMs, spent }) => ({ fromMs, when: this.#when(fromMs), spent: inFigures(spent) }))
      .reverse(),
  );

  #when(fromMs: number): string {
    return this.words.steps[this.spending().step](dateShort(fromMs));
  }
}
