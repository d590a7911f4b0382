import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { Icon } from '../design/icon';
import { Calls } from '../keyring/calls';
import type { ConversationView } from '../keyring/views';
import { CallPreferences } from '../platform/call-preferences';
import { WORDS } from '../platform/words/words';

/** Calls whoever this chat is with, or everybody in this group. */
@Component({
  selector: 'sc-call-button',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    @if (canCall()) {
      <button
        type="button"
        class="icon-button"
        [attr.aria-label]="words.calls.call(name())"
        [attr.title]="calls.isFree() ? null : words.calls.callBusy"
        [attr.aria-disabled]="!calls.isFree()"
        (click)="call()"
      >
        <sc-icon name="call" />
      </button>
    }
    @if (calls.refusal()) {
      <p class="refusal" role="alert">
        {{ calls.refusal() }}
        <button type="button" class="icon-button" [attr.aria-label]="words.notices.dismiss" (click)="calls.dismiss()">
          <sc-icon name="close" [size]="16" />
        </button>
      </p>
    }
  `,
  styles: `
    :host {
      position: relative;
      display: flex;
    }
    .refusal {
      position: absolute;
      z-index: 3;
      inset-block-start: calc(100% + var(--space-2));
      inset-inline-end: 0;
      display: flex;
      gap: var(--space-2);
      inline-size: min(320px, 84vw);
      padding: var(--space-3);
      border-radius: var(--radius-m);
      background: var(--surface-float);
      box-shadow: var(--shadow);
    }
  `,
})
export class CallButton {
  readonly conversation = input.required<ConversationView>();

  protected readonly words = inject(WORDS);
  protected readonly calls = inject(Calls);
  readonly #preferences = inject(CallPreferences);
  protected readonly name = computed(() => {
    const { group, peer } = this.conversation();
    return group === null ? peer.username : group.name || this.words.groups.unnamed;
  });
  protected readonly canCall = computed(() => {
    const { group, standing } = this.conversation();
    return standing === 'open' && (group === null || (!group.forked && group.ownRole !== null));
  });

  protected call(): void {
    if (this.calls.isFree()) void this.calls.place(this.conversation().conversationId, this.#preferences.relayOnly());
  }
}
