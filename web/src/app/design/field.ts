import { ChangeDetectionStrategy, Component, input } from '@angular/core';

/**
 * Label above, hint or error below. The control is projected and takes its `id` from `for`, its `aria-describedby` from `for` +
 * `-note`. An error takes the hint's place, so that a form does not jump.
 */
@Component({
  selector: 'sc-field',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <label [attr.for]="for()">
      {{ label() }}
      @if (optional()) {
        <span class="muted optional">{{ optional() }}</span>
      }
    </label>
    <ng-content />
    <p
      class="note small"
      [id]="for() + '-note'"
      [class.error]="error()"
      [class.none]="!error() && !hint()"
      aria-live="polite"
    >
      {{ error() || hint() }}
    </p>
  `,
  styles: `
    :host {
      display: grid;
      gap: 6px;
    }
    label {
      font-weight: 550;
    }
    .optional {
      font-weight: 400;
    }
    .note {
      min-block-size: 1.45em;
      color: var(--muted);
    }
    .none {
      display: none;
    }
    .error {
      color: var(--danger);
    }
  `,
})
export class Field {
  readonly for = input.required<string>();
  readonly label = input.required<string>();
  readonly optional = input('');
  readonly hint = input('');
  readonly error = input('');
}
