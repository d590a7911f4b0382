import { ChangeDetectionStrategy, Component, computed, inject, resource } from '@angular/core';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';

import { DialogFrame } from '../design/dialog-frame';
import { Monogram } from '../design/monogram';
import { refusalWords } from '../keyring/refusal-words';
import type { MessageReach, MessageView, Outcome } from '../keyring/views';
import { dateAndTime, timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';

export interface Reaching {
  readonly message: MessageView;
  readonly ask: () => Promise<Outcome<MessageReach>>;
}

/** Whom an own message has reached, by what each of them has signed. */
@Component({
  selector: 'sc-reach-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DialogFrame, Monogram],
  template: `
    <sc-dialog-frame [heading]="words.title" [closeLabel]="all.close">
      <p class="small muted">{{ words.sent(sent) }}</p>
      @if (reach(); as now) {
        @for (part of parts; track part) {
          @if (now[part].length > 0) {
            <section [attr.data-reach]="part">
              <h3 class="small muted">{{ words[part](now[part].length) }}</h3>
              <ul>
                @for (peer of now[part]; track peer.userId) {
                  <li>
                    <sc-monogram [name]="peer.username" [size]="28" />
                    <bdi class="cut">{{ peer.username }}</bdi>
                  </li>
                }
              </ul>
            </section>
          }
        }
        <p class="small muted">{{ words.why }}</p>
      } @else if (refusal()) {
        <p class="error" role="alert">{{ refusal() }}</p>
      } @else {
        <p class="small muted" role="status">{{ words.loading }}</p>
      }
    </sc-dialog-frame>
  `,
  styles: `
    section {
      margin-block: var(--space-4);
    }
    h3 {
      margin-block-end: var(--space-1);
      font-weight: 550;
    }
    ul {
      margin: 0;
      padding: 0;
      list-style: none;
    }
    li {
      display: flex;
      align-items: center;
      gap: var(--space-3);
      min-block-size: 40px;
      min-inline-size: 0;
    }
  `,
})
export class ReachDialog {
  protected readonly all = inject(WORDS);
  protected readonly words = this.all.talk.reach;
  readonly #reaching = inject<Reaching>(MAT_DIALOG_DATA);
  readonly #answer = resource({ loader: async () => this.#reaching.ask() });

  protected readonly parts = ['read', 'delivered', 'waiting'] as const;
  protected readonly sent = dateAndTime(this.#reaching.message.sentAtMs);
  protected readonly reach = computed<MessageReach | null>(() => {
    const answer = this.#answer.hasValue() ? this.#answer.value() : null;
    return answer?.ok === true ? answer.value : null;
  });
  protected readonly refusal = computed(() => {
    const answer = this.#answer.hasValue() ? this.#answer.value() : null;
    return answer === null || answer.ok ? '' : refusalWords(answer, timeFromNow);
  });
}
