import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';

import { Icon } from '../../design/icon';
import { OpenGroup } from '../../keyring/open-group';
import type { GroupEventView, GroupSummary } from '../../keyring/views';
import { WORDS } from '../../platform/words/words';

/** In the composer's place where nothing can be written in a group any more: says why, and what to do. */
@Component({
  selector: 'sc-group-bar',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    <section
      [attr.aria-label]="heading()"
      [class.alarm]="summary().forked"
      [attr.role]="summary().forked ? 'alert' : null"
    >
      <p class="heading">
        @if (summary().forked) {
          <sc-icon name="warning" [size]="18" />
        }
        {{ heading() }}
      </p>
      <p [class.muted]="!summary().forked">
        {{ summary().forked ? words.groups.forkedText : words.groups.outText }}
      </p>
      @if (summary().forked) {
        <button type="button" class="button" (click)="look.emit()">{{ words.groups.forkedLook }}</button>
      }
    </section>
  `,
  styles: `
    section {
      display: grid;
      justify-items: center;
      gap: var(--space-2);
      max-inline-size: 824px;
      margin-inline: auto;
      padding: var(--space-4) var(--space-6) max(var(--space-6), env(safe-area-inset-bottom));
      text-align: center;
      text-wrap: pretty;
    }
    p {
      max-inline-size: 560px;
    }
    .heading {
      display: flex;
      align-items: center;
      gap: var(--space-2);
      font-weight: 600;
    }
    .alarm .heading {
      color: var(--danger);
    }
    .button {
      margin-block-start: var(--space-2);
    }
  `,
})
export class GroupBar {
  readonly summary = input.required<GroupSummary>();
  readonly wayOut = input<GroupEventView | null>(null);
  /** The person wants to see the code. */
  readonly look = output();
  protected readonly words = inject(WORDS);
  readonly #group = inject(OpenGroup);

  protected readonly heading = computed(() => {
    const { groups } = this.words;
    if (this.summary().forked) return groups.forkedTitle;
    const out = this.wayOut();
    if (this.#group.hasLeft() || out?.happened.kind === 'left') return groups.leftTitle;
    return out === null ? groups.outTitle : groups.removedTitle(out.actor.username);
  });
}
