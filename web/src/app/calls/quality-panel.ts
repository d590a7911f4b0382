import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { WORDS } from '../platform/words/words';
import { HISTORY, type LinkQuality } from './call-media';
import { gradeOf } from './media/quality';
import { pictureOf } from './media/quality-picture';

const WIDTH = 240;
const HEIGHT = 48;

/** How a link stands: in a sentence, in figures, and over the last minute. */
@Component({
  selector: 'sc-quality-panel',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <p class="grade">{{ words.calls.grades[grade()] }}</p>
    <dl>
      @for (figure of figures(); track figure.name) {
        <dt>{{ figure.name }}</dt>
        <dd>{{ figure.value }}</dd>
      }
    </dl>
    <svg
      role="img"
      [attr.aria-label]="words.calls.overTime(quality().roundTrips.length)"
      [attr.viewBox]="'0 0 ' + width + ' ' + height"
      preserveAspectRatio="none"
    >
      <path
        [attr.d]="picture()"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        vector-effect="non-scaling-stroke"
      />
    </svg>
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--space-2);
    }
    dl {
      display: grid;
      grid-template-columns: 1fr auto;
      gap: var(--space-1) var(--space-4);
      margin: 0;
      font-size: var(--size-s);
    }
    dt {
      color: var(--muted);
    }
    dd {
      margin: 0;
      font-variant-numeric: tabular-nums;
      text-align: end;
    }
    svg {
      inline-size: 100%;
      block-size: 48px;
      border-radius: var(--radius-s);
      background: var(--surface-1);
      color: var(--accent);
    }
  `,
})
export class QualityPanel {
  readonly quality = input.required<LinkQuality>();

  protected readonly words = inject(WORDS);
  protected readonly width = WIDTH;
  protected readonly height = HEIGHT;
  protected readonly grade = computed(() => gradeOf(this.quality().now));
  protected readonly picture = computed(() => pictureOf(this.quality().roundTrips, HISTORY, WIDTH, HEIGHT));
  protected readonly figures = computed(() => {
    const { codec, jitterMs, loss, path, relay, roundTripMs } = this.quality().now;
    const { calls } = this.words;
    const milliseconds = (count: number | null) => (count === null ? calls.unknown : calls.milliseconds(count));
    return [
      { name: calls.figures.roundTrip, value: milliseconds(roundTripMs) },
      { name: calls.figures.loss, value: loss === null ? calls.unknown : calls.percent(Math.round(loss * 100)) },
      { name: calls.figures.jitter, value: milliseconds(jitterMs) },
      { name: calls.figures.path, value: this.pathWords(path, relay) },
      { name: calls.figures.codec, value: codec ?? calls.unknown },
    ];
  });

  private pathWords(path: LinkQuality['now']['path'], relay: string | null): string {
    const { calls } = this.words;
    if (path === null) return calls.unknown;
    return path === 'relayed' && relay !== null ? calls.relayedBy(relay) : calls[path];
  }
}
