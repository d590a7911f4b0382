import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { Session } from '../../keyring/session';
import { WallClock } from '../../platform/clock';
import { dateAndTime, dayLabel } from '../../platform/dates';
import { WORDS } from '../../platform/words/words';
import type { EventRow } from '../thread-rows';
import { eventWords } from './event-words';

/** A line in the thread about the group itself; what it says was signed by whoever did it. */
@Component({
  selector: 'sc-event-line',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (row().day !== null) {
      <p class="day small">{{ day() }}</p>
    }
    <p class="line small" dir="auto" [title]="words.signedAt(moment())">{{ sentence() }}</p>
  `,
  styles: `
    p {
      color: var(--muted);
      text-align: center;
      text-wrap: balance;
      overflow-wrap: anywhere;
    }
    .day {
      padding-block: var(--space-4) var(--space-1);
      font-weight: 550;
    }
    .line {
      max-inline-size: 480px;
      margin-inline: auto;
      padding-block: 6px;
    }
  `,
})
export class EventLine {
  readonly row = input.required<EventRow>();
  protected readonly words = inject(WORDS).groups;
  readonly #session = inject(Session);
  readonly #clock = inject(WallClock);

  protected readonly day = computed(() => dayLabel(this.row().day ?? 0, this.#clock.nowMs()));
  protected readonly moment = computed(() => dateAndTime(this.row().events[0].atMs));
  protected readonly sentence = computed(() => eventWords(this.row().events, this.#session.self()?.userId, this.words));
}
