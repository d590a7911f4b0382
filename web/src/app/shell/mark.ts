import { ChangeDetectionStrategy, Component, input } from '@angular/core';

/** The product's mark: a keyhole. */
@Component({
  selector: 'sc-mark',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<svg viewBox="0 0 32 32" aria-hidden="true" focusable="false" [attr.width]="size()" [attr.height]="size()">
    <rect width="32" height="32" rx="9" fill="var(--accent)" />
    <path
      fill="var(--on-accent)"
      d="M16 7.5a5 5 0 0 1 2.3 9.44l1.5 6.36a1 1 0 0 1-.97 1.2h-5.66a1 1 0 0 1-.97-1.2l1.5-6.36A5 5 0 0 1 16 7.5Z"
    />
  </svg>`,
  styles: `
    :host {
      display: inline-flex;
    }
  `,
})
export class Mark {
  /** Pixels. */
  readonly size = input(28);
}
