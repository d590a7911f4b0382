import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { WORDS } from '../platform/words/words';
import { textParts } from './text-parts';

/**
 * What was written: text nodes, code, and addresses that do nothing before they are clicked. Nothing of it is ever parsed as HTML, and no
 * request leaves the page for it.
 */
@Component({
  selector: 'sc-message-text',
  changeDetection: ChangeDetectionStrategy.OnPush,
  // one line: white space in it would be shown
  template: `@for (part of parts(); track $index) {
    @switch (part.kind) {
      @case ('text') {
        <span>{{ part.text }}</span>
      }
      @case ('code') {
        <code>{{ part.text }}</code>
      }
      @case ('block') {
        <code class="block">{{ part.text }}</code>
      }
      @case ('link') {
        <a
          target="_blank"
          rel="noopener noreferrer"
          referrerpolicy="no-referrer"
          [href]="part.href"
          [title]="words.talk.linkGoes(part.href)"
          >{{ part.text }}</a
        >
      }
    }
  }`,
  styles: `
    a {
      color: inherit;
      text-decoration: underline;
      text-underline-offset: 2px;
    }
    code {
      padding: 1px 4px;
      border-radius: 4px;
      background: color-mix(in srgb, currentcolor 9%, transparent);
      font-family: var(--mono);
      font-size: 0.92em;
    }
    .block {
      display: block;
      max-inline-size: 100%;
      margin-block: var(--space-1);
      padding: var(--space-2);
      border-radius: var(--radius-s);
      overflow-x: auto;
      white-space: pre;
      direction: ltr;
      unicode-bidi: isolate;
    }
  `,
})
export class MessageText {
  readonly text = input.required<string>();
  protected readonly words = inject(WORDS);
  protected readonly parts = computed(() => textParts(this.text()));
}
