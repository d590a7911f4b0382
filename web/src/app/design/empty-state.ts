import { ChangeDetectionStrategy, Component, input } from '@angular/core';

/** A screen with nothing in it: says what will stand here and, by what is projected, the one next step. */
@Component({
  selector: 'sc-empty-state',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2>{{ heading() }}</h2>
    @if (text()) {
      <p class="muted">{{ text() }}</p>
    }
    <ng-content />
  `,
  styles: `
    :host {
      display: grid;
      justify-items: center;
      align-content: center;
      gap: var(--space-3);
      min-block-size: 100%;
      max-inline-size: 360px;
      margin-inline: auto;
      padding: var(--space-6);
      text-align: center;
      text-wrap: balance;
    }
  `,
})
export class EmptyState {
  readonly heading = input.required<string>();
  readonly text = input('');
}
