import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { Icon } from '../design/icon';
import { Calls } from '../keyring/calls';
import type { MessageView } from '../keyring/views';
import { CallPreferences } from '../platform/call-preferences';
import { dateAndTime, timeOfDay } from '../platform/dates';
import { WORDS } from '../platform/words/words';
import { pastCallWords } from '../keyring/past-call-words';

/** A call that is over, as a line of its chat, from which one calls again. */
@Component({
  selector: 'sc-past-call',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    <p [class.missed]="isMissed()">
      <sc-icon [name]="isTalk() ? 'call' : 'call-end'" [size]="16" />
      {{ text() }}
      <time class="small figures" [attr.datetime]="moment()" [title]="moment()">{{ time() }}</time>
      <button
        type="button"
        class="link"
        [attr.title]="calls.isFree() ? null : words.callBusy"
        [attr.aria-disabled]="!calls.isFree()"
        (click)="call()"
      >
        {{ message().outgoing ? words.callAgain : words.callBack }}
      </button>
    </p>
  `,
  styles: `
    :host {
      align-self: center;
    }
    p {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: center;
      gap: 0 var(--space-2);
      max-inline-size: 460px;
      padding-block: var(--space-2);
      color: var(--muted);
    }
    .missed {
      color: var(--text);
      font-weight: 550;
    }
  `,
})
export class PastCall {
  readonly message = input.required<MessageView>();

  protected readonly words = inject(WORDS).calls;
  protected readonly calls = inject(Calls);
  readonly #preferences = inject(CallPreferences);

  protected readonly text = computed(() => pastCallWords(this.message()));
  protected readonly time = computed(() => timeOfDay(this.message().sentAtMs));
  protected readonly moment = computed(() => dateAndTime(this.message().sentAtMs));
  protected readonly isTalk = computed(() => this.#outcome() === 'answered');
  protected readonly isMissed = computed(() => this.#outcome() === 'missed' && !this.message().outgoing);
  readonly #outcome = computed(() => {
    const { content } = this.message();
    return content.kind === 'call' ? content.outcome : null;
  });

  protected call(): void {
    if (this.calls.isFree()) void this.calls.place(this.message().conversationId, this.#preferences.relayOnly());
  }
}
