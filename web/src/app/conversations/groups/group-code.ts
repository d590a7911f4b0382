import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { WORDS } from '../../platform/words/words';

const GROUP = 5;

/** The short code of the newest epoch: digits that all members see alike. */
@Component({
  selector: 'sc-group-code',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h3>{{ words.groups.codeTitle }}</h3>
    @if (groups().length > 0) {
      <p class="heard">{{ spoken() }}</p>
      <div class="digits" aria-hidden="true">
        @for (group of groups(); track $index) {
          <span>{{ group }}</span>
        }
      </div>
      <p class="muted">{{ words.groups.codeText }}</p>
      <p class="muted small">{{ words.groups.codeChanges }}</p>
    } @else {
      <p class="muted">{{ words.groups.codeNone }}</p>
    }
  `,
  styles: `
    :host {
      display: block;
    }
    .digits {
      display: grid;
      grid-template-columns: repeat(3, auto);
      justify-content: space-evenly;
      gap: var(--space-1) var(--space-3);
      margin-block: var(--space-2) var(--space-3);
      padding: var(--space-3) var(--space-4);
      border-radius: var(--radius-m);
      background: var(--surface-1);
      font-family: var(--mono);
      font-size: var(--size-l);
      font-variant-numeric: tabular-nums;
      letter-spacing: 0.04em;
      direction: ltr;
    }
    p + p {
      margin-block-start: var(--space-2);
    }
  `,
})
export class GroupCode {
  /** null: there is none yet. */
  readonly code = input.required<string | null>();
  protected readonly words = inject(WORDS);
  protected readonly groups = computed(() => this.code()?.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? []);
  protected readonly spoken = computed(() =>
    this.words.groups.codeSpoken(
      this.groups()
        .map((group) => group.replaceAll(/(?<=.)(?=.)/g, ' '))
        .join(', '),
    ),
  );
}
