import { ChangeDetectionStrategy, Component, input } from '@angular/core';

/** The shape of something that is on its way. Silent: whoever waits is told in words by the place that waits. */
@Component({
  selector: 'sc-skeleton',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: '',
  host: {
    'aria-hidden': 'true',
    '[style.inline-size]': 'width()',
    '[style.block-size]': 'height()',
    '[class.round]': 'round()',
  },
  styles: `
    :host {
      display: block;
      max-inline-size: 100%;
      border-radius: var(--radius-s);
      background: var(--surface-2);
      animation: breathe 1.6s ease-in-out infinite;
    }
    :host(.round) {
      border-radius: 50%;
    }
    @keyframes breathe {
      50% {
        opacity: 0.5;
      }
    }
  `,
})
export class Skeleton {
  readonly width = input('100%');
  readonly height = input('1em');
  readonly round = input(false);
}
