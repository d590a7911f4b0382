import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';

import type { CallPerson } from '../keyring/call-views';
import { WORDS } from '../platform/words/words';

/** Seven signs and their words that both sides see alike, if nobody stands between them. */
@Component({
  selector: 'sc-code-card',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h3>
      <bdi>{{ isOne() ? words.calls.code : words.calls.codeWith(person().username) }}</bdi>
    </h3>
    @if (person().code; as code) {
      <ol [attr.data-code]="code.words.join(', ')">
        @for (word of code.words; track $index) {
          <li>
            <span class="sign" aria-hidden="true">{{ code.emoji[$index] }}</span>
            <span class="word">{{ word }}</span>
          </li>
        }
      </ol>
      <p>
        <bdi>{{ words.calls.codeWhy(person().username) }}</bdi>
      </p>
    } @else {
      <p>{{ words.calls.codeWaiting }}</p>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--space-2);
    }
    h3 {
      font-size: var(--size-m);
    }
    ol {
      display: flex;
      flex-wrap: wrap;
      gap: var(--space-2);
      margin: 0;
      padding: 0;
      list-style: none;
    }
    li {
      display: grid;
      justify-items: center;
      gap: var(--space-1);
      min-inline-size: 60px;
      padding: var(--space-2);
      border-radius: var(--radius-s);
      background: var(--surface-1);
    }
    .sign {
      font-size: 1.5rem;
      line-height: 1.2;
    }
    .word {
      font-size: var(--size-s);
    }
    p {
      color: var(--muted);
      font-size: var(--size-s);
    }
  `,
})
export class CodeCard {
  readonly person = input.required<CallPerson>();
  /** Nobody else is in the call: the heading needs no name. */
  readonly isOne = input(true);
  protected readonly words = inject(WORDS);
}
