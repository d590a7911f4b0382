import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { Icon } from '../design/icon';
import type { QuoteView } from '../keyring/views';
import { WORDS } from '../platform/words/words';
import { ThreadActions } from './thread-actions';

const SHOWN = 240;

/** What a message answers: the words of the message that is here, never those that came with the answer. */
@Component({
  selector: 'sc-quote',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    @let quote = this.quote();
    @if (quote.known) {
      <button type="button" class="quote small" [title]="words.talk.toQuoted" (click)="actions.want(quote.messageId)">
        <span class="heard">{{ words.talk.quote(who()) }}</span>
        <bdi class="who" aria-hidden="true">{{ who() }}</bdi>
        <span class="words" dir="auto">{{ text() }}</span>
        @if (quote.altered) {
          <span class="altered"><sc-icon name="warning" [size]="14" /> {{ words.talk.quoteAltered }}</span>
        }
      </button>
    } @else {
      <p class="quote small muted">{{ words.talk.quoteUnknown }}</p>
    }
  `,
  styles: `
    .quote {
      display: grid;
      inline-size: 100%;
      margin-block-end: var(--space-1);
      padding: 4px var(--space-2);
      border: 0;
      border-inline-start: 3px solid var(--accent);
      border-radius: var(--radius-s);
      background: color-mix(in srgb, currentcolor 7%, transparent);
      color: inherit;
      text-align: start;
      overflow-wrap: anywhere;
    }
    button.quote {
      cursor: pointer;
    }
    .who {
      color: var(--accent);
      font-weight: 550;
    }
    .words {
      display: -webkit-box;
      overflow: hidden;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 2;
    }
    .altered {
      color: var(--danger);
    }
  `,
})
export class Quote {
  readonly quote = input.required<QuoteView>();
  /** The other person's. */
  readonly name = input.required<string>();
  protected readonly words = inject(WORDS);
  protected readonly actions = inject(ThreadActions);

  protected readonly who = computed(() => {
    const quote = this.quote();
    return quote.known && this.actions.isOwn(quote.sender) ? this.words.talk.you : this.name();
  });
  protected readonly text = computed(() => {
    const quote = this.quote();
    return quote.known ? quote.body.slice(0, SHOWN) : '';
  });
}
