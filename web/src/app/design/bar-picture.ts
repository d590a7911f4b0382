import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** Units of the drawing for each bar, and for the highest. */
const WIDTH = 10;
const GAP = 2;
const HEIGHT = 100;

export interface PictureRow {
  readonly when: string;
  readonly value: string;
}

/** Something over time, as bars; the same in one sentence, and as a table. Nothing is drawn where there is nothing. */
@Component({
  selector: 'sc-bar-picture',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (most() > 0) {
      <svg role="img" preserveAspectRatio="none" [attr.viewBox]="box()" [attr.aria-label]="summary()">
        @for (bar of bars(); track bar.x) {
          <rect [attr.x]="bar.x" [attr.y]="bar.y" [attr.width]="bar.width" [attr.height]="bar.height" />
        }
      </svg>
      <div class="ends small muted" aria-hidden="true">
        <span>{{ first() }}</span>
        <span>{{ last() }}</span>
      </div>
      <details>
        <summary class="small">{{ asTable() }}</summary>
        <table class="small">
          <thead>
            <tr>
              <th scope="col">{{ when() }}</th>
              <th scope="col" class="number">{{ what() }}</th>
            </tr>
          </thead>
          <tbody>
            @for (row of rows(); track $index) {
              <tr>
                <td>{{ row.when }}</td>
                <td class="number figures">{{ row.value }}</td>
              </tr>
            }
          </tbody>
        </table>
      </details>
    }
  `,
  styleUrl: './bar-picture.scss',
})
export class BarPicture {
  /** 0 or more each, in the order of time. */
  readonly values = input.required<readonly number[]>();
  /** The same in words, for those who do not see it. */
  readonly summary = input.required<string>();
  /** When the picture begins and ends. */
  readonly first = input.required<string>();
  readonly last = input.required<string>();
  readonly asTable = input.required<string>();
  /** What the table's columns are called. */
  readonly when = input.required<string>();
  readonly what = input.required<string>();
  readonly rows = input.required<readonly PictureRow[]>();

  protected readonly most = computed(() => Math.max(0, ...this.values()));
  protected readonly box = computed(() => `0 0 ${(this.values().length * WIDTH).toString()} ${HEIGHT.toString()}`);
  protected readonly bars = computed(() =>
    this.values().flatMap((value, index) => {
      // What was there at all can be seen.
      const height = value <= 0 ? 0 : Math.max(2, (value / this.most()) * HEIGHT);
      return height === 0 ? [] : [{ x: index * WIDTH + GAP / 2, y: HEIGHT - height, width: WIDTH - GAP, height }];
    }),
  );
}
