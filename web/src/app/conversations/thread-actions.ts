import { inject, Injectable, signal } from '@angular/core';

import { Thread } from '../keyring/thread';
import type { MessageView } from '../keyring/views';
import { Dialogs } from '../platform/dialogs';

/** What can be done with one message of the open thread. */
@Injectable()
export class ThreadActions {
  readonly #thread = inject(Thread);
  readonly #dialogs = inject(Dialogs);
  readonly #isLooking = signal(false);

  readonly isLooking = this.#isLooking.asReadonly();

  retry(message: MessageView): void {
    void this.#thread.retry(message.messageId);
  }

  discard(message: MessageView): void {
    void this.#thread.discard(message.messageId);
  }

  async lookAgain(): Promise<void> {
    if (this.#isLooking()) return;
    this.#isLooking.set(true);
    await this.#thread.lookAgain().finally(() => this.#isLooking.set(false));
  }

  showDetails(message: MessageView): void {
    const load = () => import('./unverifiable-dialog').then((file) => file.UnverifiableDialog);
    void this.#dialogs.open(load, { kind: 'plain-dialog', focus: 'dialog', data: message });
  }
}
