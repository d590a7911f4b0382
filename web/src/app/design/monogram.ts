import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** The first letter of a name on a quiet tint that is always the same for the same name. Decoration: the name stands beside it. */
@Component({
  selector: 'sc-monogram',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `{{ letter() }}`,
  host: {
    'aria-hidden': 'true',
    '[style.--hue]': 'hue()',
    '[style.inline-size.px]': 'size()',
    '[style.block-size.px]': 'size()',
    '[style.font-size.px]': 'size() * 0.42',
  },
  styles: `
    :host {
      display: inline-grid;
      place-items: center;
      flex: none;
      border-radius: 50%;
      background: light-dark(oklch(0.91 0.028 var(--hue)), oklch(0.36 0.034 var(--hue)));
      color: light-dark(oklch(0.36 0.05 var(--hue)), oklch(0.9 0.03 var(--hue)));
      font-weight: 600;
      line-height: 1;
      user-select: none;
    }
  `,
})
export class Monogram {
  readonly name = input.required<string>();
  /** Pixels. */
  readonly size = input(40);
  protected readonly letter = computed(() => (this.name().at(0) ?? '').toUpperCase());
  protected readonly hue = computed(() => {
    let sum = 0;
    for (const letter of this.name()) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 8192;
    return (sum % 9) * 40;
  });
}
