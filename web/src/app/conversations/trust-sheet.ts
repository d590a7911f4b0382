import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';

import { DialogFrame } from '../design/dialog-frame';
import { Conversations } from '../keyring/conversations';
import { refusalWords } from '../keyring/refusal-words';
import type { ConversationId } from '../keyring/views';
import { timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';
import { TrustSection } from './trust-section';

/** The one place for trust: what is known of a person's keys, what it means, and what to decide. */
@Component({
  selector: 'sc-trust-sheet',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DialogFrame, TrustSection],
  templateUrl: './trust-sheet.html',
  styleUrl: './trust-sheet.scss',
})
export class TrustSheet {
  protected readonly words = inject(WORDS);
  readonly #conversations = inject(Conversations);
  readonly #conversationId = inject<ConversationId>(MAT_DIALOG_DATA);
  readonly #dialog = inject<MatDialogRef<TrustSheet>>(MatDialogRef);

  protected readonly conversation = computed(() => this.#conversations.find(this.#conversationId));
  protected readonly error = signal('');
  protected readonly isAccepting = signal(false);

  protected async accept(): Promise<void> {
    const conversation = this.conversation();
    if (conversation === undefined || this.isAccepting()) return;
    this.isAccepting.set(true);
    const outcome = await this.#conversations.acceptNewKeys(conversation).finally(() => this.isAccepting.set(false));
    if (outcome.ok) this.#dialog.close();
    else this.error.set(refusalWords(outcome, timeFromNow));
  }
}
