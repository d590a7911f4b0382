import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

import { ICONS, type IconName } from './icons';

/** One outline, as an attribute of a path: never markup. Hidden from those who hear the page unless it has a label. */
@Component({
  selector: 'sc-icon',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<svg
    viewBox="0 -960 960 960"
    fill="currentColor"
    focusable="false"
    [attr.width]="size()"
    [attr.height]="size()"
    [attr.role]="label() ? 'img' : null"
    [attr.aria-label]="label() || null"
    [attr.aria-hidden]="label() ? null : true"
  >
    <path [attr.d]="path()" />
  </svg>`,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
    }
    :host-context([dir='rtl']).turns svg {
      transform: scaleX(-1);
    }
  `,
  host: { '[class.turns]': 'turns()' },
})
export class Icon {
  readonly name = input.required<IconName>();
  /** Pixels. */
  readonly size = input(20);
  readonly label = input('');
  protected readonly path = computed(() => ICONS[this.name()]);
  /** Arrows that follow the direction of reading. */
  protected readonly turns = computed(() => this.name() === 'back' || this.name() === 'onward');
}
