import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { Router } from '@angular/router';

import { DialogFrame } from '../design/dialog-frame';
import { Field } from '../design/field';
import { Conversations } from '../keyring/conversations';
import { refusalWords } from '../keyring/refusal-words';
import { timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';

/** A chat begins with somebody's exact username. */
@Component({
  selector: 'sc-start-chat-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DialogFrame, Field],
  template: `
    <form (submit)="$event.preventDefault(); start(username.value)">
      <sc-dialog-frame [heading]="words.startChat.title" [closeLabel]="words.close">
        <sc-field for="peer" [label]="words.startChat.username" [hint]="words.startChat.hint" [error]="error()">
          <input
            #username
            id="peer"
            class="input"
            type="text"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            maxlength="64"
            aria-describedby="peer-note"
            [attr.aria-invalid]="error() !== ''"
            [value]="given"
            (input)="error.set('')"
          />
        </sc-field>
        <ng-container actions>
          <button type="submit" class="button primary" [attr.aria-disabled]="isAsking()">
            {{ isAsking() ? words.startChat.asking : words.startChat.submit }}
          </button>
        </ng-container>
      </sc-dialog-frame>
    </form>
  `,
})
export class StartChatDialog {
  protected readonly words = inject(WORDS);
  protected readonly given = inject<string>(MAT_DIALOG_DATA);
  readonly #conversations = inject(Conversations);
  readonly #router = inject(Router);
  readonly #dialog = inject<MatDialogRef<StartChatDialog>>(MatDialogRef);

  protected readonly error = signal('');
  protected readonly isAsking = signal(false);

  protected async start(username: string): Promise<void> {
    if (this.isAsking()) return;
    this.isAsking.set(true);
    const outcome = await this.#conversations.open(username.trim()).finally(() => this.isAsking.set(false));
    if (!outcome.ok) {
      this.error.set(refusalWords(outcome, timeFromNow));
      return;
    }
    this.#dialog.close();
    void this.#router.navigate(['/chats', outcome.value.conversationId]);
  }
}
