import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';

import { DialogFrame } from '../design/dialog-frame';
import type { MessageView } from '../keyring/views';
import { dateAndTime } from '../platform/dates';
import { WORDS } from '../platform/words/words';

/** What is known of a message that did not check out. */
@Component({
  selector: 'sc-unverifiable-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DialogFrame],
  template: `
    <sc-dialog-frame [heading]="words.thread.detailsTitle" [closeLabel]="words.close">
      <p>{{ words.thread.detailsText }}</p>
      <dl class="stack">
        <div>
          <dt class="small muted">{{ words.thread.detailsReason }}</dt>
          <dd class="code">{{ reason }}</dd>
        </div>
        @if (arrived) {
          <div>
            <dt class="small muted">{{ words.thread.detailsTime }}</dt>
            <dd>{{ arrived }}</dd>
          </div>
        }
      </dl>
    </sc-dialog-frame>
  `,
  styles: `
    dl {
      margin-block-start: var(--space-4);
    }
  `,
})
export class UnverifiableDialog {
  protected readonly words = inject(WORDS);
  readonly #message = inject<MessageView>(MAT_DIALOG_DATA);
  protected readonly reason = this.#message.content.kind === 'unverifiable' ? this.#message.content.reason : '';
  protected readonly arrived = this.#message.acceptedAtMs === null ? '' : dateAndTime(this.#message.acceptedAtMs);
}
