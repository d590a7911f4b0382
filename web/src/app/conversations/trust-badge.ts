import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { Icon } from '../design/icon';
import type { ConversationView } from '../keyring/views';
import { Dialogs } from '../platform/dialogs';
import { WORDS } from '../platform/words/words';
import { TRUST_SHAPES } from './trust-shapes';

/** How well the other person's keys are known: four shapes, and behind a click everything about it. */
@Component({
  selector: 'sc-trust-badge',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `<button
    type="button"
    class="icon-button"
    [class]="trust()"
    [attr.aria-label]="label()"
    [attr.data-trust]="trust()"
    [title]="words.trust.headings[trust()]"
    (click)="open()"
  >
    <sc-icon [name]="shape()" [size]="18" />
  </button>`,
  styles: `
    .verified {
      color: var(--verified);
    }
    .changed {
      color: var(--danger);
    }
  `,
})
export class TrustBadge {
  readonly conversation = input.required<ConversationView>();
  protected readonly words = inject(WORDS);
  readonly #dialogs = inject(Dialogs);

  protected readonly trust = computed(() => this.conversation().peer.trust);
  protected readonly shape = computed(() => TRUST_SHAPES[this.trust()]);
  protected readonly label = computed(() =>
    this.words.trust.open(this.conversation().peer.username, this.words.trust.states[this.trust()]),
  );

  open(): void {
    const load = () => import('./trust-sheet').then((file) => file.TrustSheet);
    void this.#dialogs.open(load, { kind: 'side-sheet', focus: 'dialog', data: this.conversation().conversationId });
  }
}
