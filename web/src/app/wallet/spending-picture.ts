import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { BarPicture } from '../design/bar-picture';
import { dateShort } from '../platform/dates';
import { inFigures } from '../platform/words/plural';
import { WORDS } from '../platform/words/words';
import type { Spending } from './spending';

/** What was spent over time. */
@Component({
  selector: 'sc-spending-picture',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [BarPicture],
  template: `
    <h3>{{ words.spending }}</h3>
    <p class="small muted" data-spent>{{ summary() }}</p>
    <sc-bar-picture
      [values]="values()"
      [summary]="summary()"
      [first]="first()"
      [last]="last()"
      [asTable]="words.asTable"
      [when]="words.when"
      [what]="words.credits"
      [rows]="rows()"
    />
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--space-2);
    }
    h3 {
      font-size: var(--size-m);
    }
  `,
})
export class SpendingPicture {
  protected readonly words = inject(WORDS).wallet.statement;
  readonly spending = input.required<Spending>();

  protected readonly values = computed(() => this.spending().bars.map(({ spent }) => spent));
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
      .map(({ fromMs, spent }) => ({ when: this.#when(fromMs), value: inFigures(spent) }))
      .reverse(),
  );

  #when(fromMs: number): string {
    return this.words.steps[this.spending().step](dateShort(fromMs));
  }
}
