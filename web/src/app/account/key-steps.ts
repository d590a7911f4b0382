import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { Icon } from '../design/icon';
import { stepWords } from '../keyring/refusal-words';
import { Session } from '../keyring/session';
import type { SessionStep } from '../keyring/views';
import { WORDS } from '../platform/words/words';
import { shownSteps } from './step-order';

/** What is being done on this device, one line a step. */
@Component({
  selector: 'sc-key-steps',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    <h1>{{ heading() }}</h1>
    <p class="heard" role="status">{{ heading() }}</p>
    <ol>
      @for (shown of steps(); track shown.step) {
        <li
          [class]="shown.standing"
          [attr.aria-current]="shown.standing === 'under-way' ? 'step' : null"
          [attr.data-step]="shown.step"
        >
          <span class="shape">
            @if (shown.standing === 'done') {
              <sc-icon name="sent" [size]="18" />
            } @else {
              <span class="dot"></span>
            }
          </span>
          {{ wordsOf(shown.step) }}
          @if (shown.standing !== 'to-come') {
            <span class="heard">, {{ shown.standing === 'done' ? words.signUp.done : words.signUp.underWay }}</span>
          }
        </li>
      }
    </ol>
  `,
  styles: `
    h1 {
      font-size: var(--size-l);
      line-height: 1.4;
      text-wrap: pretty;
    }
    ol {
      display: grid;
      gap: var(--space-3);
      margin-block-start: var(--space-6);
    }
    li {
      display: flex;
      align-items: center;
      gap: var(--space-3);
      color: var(--muted);
    }
    .under-way {
      color: var(--text);
      font-weight: 550;
    }
    .shape {
      display: inline-grid;
      place-items: center;
      inline-size: 20px;
      color: var(--accent);
    }
    .dot {
      inline-size: 8px;
      block-size: 8px;
      border: 1.5px solid var(--line-strong);
      border-radius: 50%;
    }
    .under-way .dot {
      border-color: var(--accent);
      background: var(--accent);
      animation: beat 1.2s ease-in-out infinite;
    }
    @keyframes beat {
      50% {
        opacity: 0.35;
      }
    }
  `,
})
export class KeySteps {
  readonly heading = input.required<string>();
  readonly order = input.required<readonly SessionStep[]>();
  protected readonly words = inject(WORDS);
  readonly #session = inject(Session);
  protected readonly wordsOf = stepWords;
  protected readonly steps = computed(() => shownSteps(this.order(), this.#session.steps()));
}
