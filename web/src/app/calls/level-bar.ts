import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** How loud somebody is, as a bar; a picture only, what it shows is said elsewhere. */
@Component({
  selector: 'sc-level-bar',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: '<span class="fill" [style.transform]="shift()"></span>',
  host: { 'aria-hidden': 'true' },
  styles: `
    :host {
      display: block;
      inline-size: 100%;
      block-size: 6px;
      border-radius: 3px;
      background: var(--surface-2);
      overflow: hidden;
    }
    .fill {
      display: block;
      block-size: 100%;
      border-radius: 3px;
      background: var(--accent);
      transition: transform 100ms linear;
    }
    @media (prefers-reduced-motion: reduce) {
      .fill {
        transition: none;
      }
    }
  `,
})
export class LevelBar {
  /** 0 to 1. */
  readonly level = input.required<number>();
  /** Moved, not resized: nothing is laid out anew many times a second, for each who is heard. */
  protected readonly shift = computed(
    () => `translateX(-${100 - Math.round(Math.min(Math.max(this.level(), 0), 1) * 100)}%)`,
  );
}
