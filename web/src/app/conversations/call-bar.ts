import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal } from '@angular/core';

import { Icon } from '../design/icon';
import type { CallUnderway } from '../keyring/call-views';
import { Calls } from '../keyring/calls';
import type { ConversationId } from '../keyring/views';
import { CallPreferences } from '../platform/call-preferences';
import { listOf } from '../platform/words/plural';
import { WORDS } from '../platform/words/words';

/** How often it is asked whether a call goes on, while one reads the group. */
const LOOK_EVERY_MS = 5_000;

/** A call goes on in this group, and one is not in it: who is, and a way in. */
@Component({
  selector: 'sc-call-bar',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    <div role="status">
      @if (shown(); as call) {
        <section [attr.aria-label]="words.calls.underway(listOf(call.names))">
          <sc-icon name="call" [size]="20" />
          <p>
            <bdi>{{ words.calls.underway(listOf(call.names)) }}</bdi>
          </p>
          <button type="button" class="button primary" (click)="join()">{{ words.calls.join }}</button>
        </section>
      }
    </div>
  `,
  styles: `
    section {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--space-2) var(--space-3);
      padding: var(--space-2) var(--space-4);
      background: var(--surface-1);
    }
    p {
      flex: 1;
      min-inline-size: 120px;
      overflow-wrap: anywhere;
    }
    .button {
      min-block-size: 44px;
    }
  `,
})
export class CallBar {
  readonly conversationId = input.required<ConversationId>();

  protected readonly words = inject(WORDS);
  protected readonly listOf = listOf;
  readonly #calls = inject(Calls);
  readonly #preferences = inject(CallPreferences);
  readonly #found = signal<CallUnderway | null>(null);
  /** Whoever is in a call is offered no other one. */
  protected readonly shown = computed(() => {
    const found = this.#found();
    return this.#calls.isFree() && found?.conversationId === this.conversationId() ? found : null;
  });

  constructor() {
    effect((onCleanup) => {
      const conversationId = this.conversationId();
      if (!this.#calls.isFree()) return;
      let isHere = true;
      const look = async () => {
        const found = await this.#calls.underway(conversationId);
        if (isHere) this.#found.set(found);
      };
      void look();
      const timer = setInterval(() => {
        if (!document.hidden) void look();
      }, LOOK_EVERY_MS);
      onCleanup(() => {
        isHere = false;
        clearInterval(timer);
      });
    });
  }

  protected join(): void {
    void this.#calls.join(this.conversationId(), this.#preferences.relayOnly());
  }
}
