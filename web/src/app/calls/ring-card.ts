import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  inject,
  input,
  viewChild,
} from '@angular/core';

import { Icon } from '../design/icon';
import { Monogram } from '../design/monogram';
import type { CallView } from '../keyring/call-views';
import { Calls } from '../keyring/calls';
import { Conversations } from '../keyring/conversations';
import { CallPreferences } from '../platform/call-preferences';
import { WORDS } from '../platform/words/words';
import { RingTone } from './media/ring-tone';

/** Somebody calls. Whoever is typing goes on typing: the card takes the focus only from those who are not. */
@Component({
  selector: 'sc-ring-card',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, Monogram],
  template: `
    <div
      #card
      class="card"
      role="alertdialog"
      tabindex="-1"
      aria-labelledby="ring-title"
      aria-describedby="ring-text"
      (keydown.escape)="decline()"
    >
      <sc-monogram [name]="call().name" [group]="call().group" [size]="48" />
      <div class="words">
        <h2 id="ring-title">
          <bdi>{{ title() }}</bdi>
        </h2>
        <p id="ring-text">
          {{ isStranger() ? words.calls.stranger : call().group ? words.calls.groupIncoming : words.calls.incoming }}
        </p>
      </div>
      <div class="acts">
        <button type="button" class="button" (click)="decline()">
          <sc-icon name="call-end" />{{ words.calls.decline }}
        </button>
        <button type="button" class="button primary" (click)="accept()">
          <sc-icon name="call" />{{ words.calls.accept }}
        </button>
      </div>
    </div>
  `,
  styles: `
    :host {
      position: fixed;
      z-index: 6;
      inset-block-start: max(var(--space-4), env(safe-area-inset-top));
      inset-inline: var(--space-3);
      display: grid;
      justify-items: center;
      pointer-events: none;
    }
    .card {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr);
      align-items: center;
      gap: var(--space-3) var(--space-4);
      inline-size: min(420px, 100%);
      padding: var(--space-4);
      border-radius: var(--radius-m);
      background: var(--surface-float);
      box-shadow: var(--shadow);
      pointer-events: auto;
    }
    h2 {
      font-size: var(--size-l);
      overflow-wrap: anywhere;
    }
    p {
      color: var(--muted);
    }
    .acts {
      grid-column: 1 / -1;
      display: grid;
      grid-template-columns: 1fr 1fr;
      gap: var(--space-2);
    }
    .acts .button {
      min-block-size: 44px;
    }
  `,
})
export class RingCard {
  readonly call = input.required<CallView>();

  protected readonly words = inject(WORDS);
  readonly #calls = inject(Calls);
  readonly #preferences = inject(CallPreferences);
  readonly #conversations = inject(Conversations);
  private readonly card = viewChild.required<ElementRef<HTMLElement>>('card');
  protected readonly title = computed(() => {
    const { caller, group, name } = this.call();
    return group && caller !== null ? this.words.calls.groupIsCalling(caller, name) : this.words.calls.isCalling(name);
  });
  protected readonly isStranger = computed(
    () => this.#conversations.find(this.call().conversationId)?.standing !== 'open',
  );

  constructor() {
    const tone = new RingTone();
    tone.start('ringing');
    inject(DestroyRef).onDestroy(() => tone.stop());
    afterNextRender(() => {
      const at = document.activeElement;
      const isTyping = at instanceof HTMLElement && at.closest('input, textarea, [contenteditable]') !== null;
      if (!isTyping) this.card().nativeElement.focus();
    });
  }

  protected accept(): void {
    void this.#calls.accept(this.call(), this.#preferences.relayOnly());
  }

  protected decline(): void {
    void this.#calls.decline(this.call());
  }
}
