import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { Router } from '@angular/router';

import { Icon } from '../design/icon';
import { Alarms, type RaisedAlarm } from '../keyring/alarms';
import { alarmWords } from '../keyring/refusal-words';
import { WORDS } from '../platform/words/words';
import { Failures } from './failures';

/** What a person should see though nobody asked: it stays until it is put away, and covers no control. */
@Component({
  selector: 'sc-notices',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    <section [attr.aria-label]="words.notices.label">
      @for (alarm of alarms.raised(); track alarm.key) {
        <div class="notice" role="alert">
          <p class="words"><sc-icon name="warning" />{{ wordsOf(alarm.code) }}</p>
          @if (alarm.conversationId) {
            <button type="button" class="button quiet" (click)="openChat(alarm)">{{ words.notices.openChat }}</button>
          }
          <button
            type="button"
            class="icon-button"
            [attr.aria-label]="words.notices.dismiss"
            (click)="alarms.dismiss(alarm.key)"
          >
            <sc-icon name="close" />
          </button>
        </div>
      }
      @if (failures.happened()) {
        <div class="notice" role="alert">
          <p class="words"><sc-icon name="warning" />{{ words.somethingFailed }}</p>
          <button type="button" class="button quiet" (click)="reload()">{{ words.reload }}</button>
          <button
            type="button"
            class="icon-button"
            [attr.aria-label]="words.notices.dismiss"
            (click)="failures.dismiss()"
          >
            <sc-icon name="close" />
          </button>
        </div>
      }
    </section>
  `,
  styles: `
    section {
      position: fixed;
      z-index: 5;
      inset-block-start: var(--space-3);
      inset-inline: 0;
      display: grid;
      justify-items: center;
      gap: var(--space-2);
      padding-inline: var(--space-3);
      pointer-events: none;
    }
    .notice {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: flex-end;
      gap: var(--space-1) var(--space-3);
      inline-size: min(560px, 100%);
      padding-block: var(--space-2);
      padding-inline: var(--space-4) var(--space-2);
      border-radius: var(--radius-m);
      background: var(--surface-float);
      box-shadow: var(--shadow);
      pointer-events: auto;
    }
    .words {
      display: flex;
      flex: 1 1 240px;
      align-items: center;
      gap: var(--space-3);
      padding-block: var(--space-1);
    }
    .words sc-icon {
      color: var(--danger);
    }
  `,
})
export class Notices {
  protected readonly words = inject(WORDS);
  protected readonly alarms = inject(Alarms);
  protected readonly failures = inject(Failures);
  protected readonly wordsOf = alarmWords;
  readonly #router = inject(Router);

  protected openChat(alarm: RaisedAlarm): void {
    this.alarms.dismiss(alarm.key);
    void this.#router.navigate(['/chats', alarm.conversationId]);
  }

  protected reload(): void {
    location.reload();
  }
}
