import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** One of nine hues, always the same for the same name. */
export function hueOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 8192;
  return (sum % 9) * 40;
}

/**
 * The first letter of a name on a quiet tint that is always the same for the same name; a person's is round, a group's has corners.
 * Decoration: the name stands beside it.
 */
@Component({
  selector: 'sc-monogram',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `{{ letter() }}`,
  host: {
    'aria-hidden': 'true',
    '[class.group]': 'group()',
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
    :host(.group) {
      border-radius: 28%;
    }
  `,
})
export class Monogram {
  readonly name = input.required<string>();
  /** Pixels. */
  readonly size = input(40);
  readonly group = input(false);
  protected readonly letter = computed(() => (firstOf(this.name()) ?? '').toUpperCase());
  protected readonly hue = computed(() => hueOf(this.name()));
}

/** A whole character, however many code points it is made of. */
const firstOf = (name: string): string | undefined =>
  letters.segment(name.trim())[Symbol.iterator]().next().value?.segment;
