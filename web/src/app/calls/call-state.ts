import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal } from '@angular/core';

import type { CallView } from '../keyring/call-views';
import { WORDS } from '../platform/words/words';
import { callTime } from './call-time';

/** Where the call stands, in words; while one talks, for how long. */
@Component({
  selector: 'sc-call-state',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <span class="heard" aria-live="polite">{{ said() }}</span>
    <span aria-hidden="true">{{ shown() }}</span>
  `,
  styles: `
    :host {
      color: var(--muted);
      font-variant-numeric: tabular-nums;
    }
  `,
})
export class CallState {
  readonly call = input.required<CallView>();

  protected readonly words = inject(WORDS);
  readonly #nowMs = signal(Date.now());

  /** Read aloud when it changes: a clock that ticks would never be silent. */
  protected readonly said = computed(() => {
    const { phase, end } = this.call();
    return end === null ? this.words.calls.phases[phase] : this.words.calls.ends[end];
  });
  protected readonly shown = computed(() => {
    const { phase, connectedAtMs } = this.call();
    if (phase !== 'connected' || connectedAtMs === null) return this.said();
    return callTime(this.#nowMs() - connectedAtMs);
  });

  constructor() {
    effect((onCleanup) => {
      if (this.call().phase !== 'connected') return;
      this.#nowMs.set(Date.now());
      const timer = setInterval(() => this.#nowMs.set(Date.now()), 1_000);
      onCleanup(() => clearInterval(timer));
    });
  }
}
