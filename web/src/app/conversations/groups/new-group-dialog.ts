import { ChangeDetectionStrategy, Component, type ElementRef, inject, signal, viewChild } from '@angular/core';
import { MatDialogRef } from '@angular/material/dialog';
import { Router } from '@angular/router';

import { DialogFrame } from '../../design/dialog-frame';
import { Field } from '../../design/field';
import { Conversations } from '../../keyring/conversations';
import { refusalWords } from '../../keyring/refusal-words';
import { timeFromNow } from '../../platform/dates';
import { WORDS } from '../../platform/words/words';
import { groupNameRefusal } from './group-name';
import { NameChips } from './name-chips';

const OTHERS_MAX = 255;

/** A group begins with a name and with people, by their exact usernames. */
@Component({
  selector: 'sc-new-group-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DialogFrame, Field, NameChips],
  template: `
    <form (submit)="$event.preventDefault(); make()">
      <sc-dialog-frame [heading]="words.groups.title" [closeLabel]="words.close">
        <div class="stack">
          <sc-field for="group-name" [label]="words.groups.name" [hint]="words.groups.nameHint" [error]="nameError()">
            <input
              #name
              id="group-name"
              class="input"
              type="text"
              autocomplete="off"
              maxlength="200"
              dir="auto"
              aria-describedby="group-name-note"
              [attr.aria-invalid]="nameError() !== ''"
              (input)="nameError.set('')"
            />
          </sc-field>
          <sc-name-chips [label]="words.groups.people" [room]="room" />
          @if (chips().found().length > 0) {
            <p class="muted small figures">{{ words.groups.peopleCount(chips().found().length) }}</p>
          }
          @if (error()) {
            <p class="error" role="alert">{{ error() }}</p>
          }
        </div>
        <ng-container actions>
          <button type="submit" class="button primary" [attr.aria-disabled]="isMaking()">
            {{ isMaking() ? words.groups.creating : words.groups.create }}
          </button>
        </ng-container>
      </sc-dialog-frame>
    </form>
  `,
  styles: `
    .error {
      color: var(--danger);
    }
  `,
})
export class NewGroupDialog {
  protected readonly words = inject(WORDS);
  protected readonly room = OTHERS_MAX;
  readonly #conversations = inject(Conversations);
  readonly #router = inject(Router);
  readonly #dialog = inject<MatDialogRef<NewGroupDialog>>(MatDialogRef);
  private readonly name = viewChild.required<ElementRef<HTMLInputElement>>('name');
  protected readonly chips = viewChild.required(NameChips);

  protected readonly nameError = signal('');
  protected readonly error = signal('');
  protected readonly isMaking = signal(false);

  protected async make(): Promise<void> {
    if (this.isMaking()) return;
    const name = this.name().nativeElement.value.trim();
    this.error.set('');
    this.nameError.set(groupNameRefusal(name, this.words.groups));
    if (this.nameError() !== '') {
      this.name().nativeElement.focus();
      return;
    }
    this.isMaking.set(true);
    await this.#make(name).finally(() => this.isMaking.set(false));
  }

  async #make(name: string): Promise<void> {
    const names = await this.chips().settled();
    if (names === null) return;
    if (names.length === 0) {
      this.error.set(this.words.groups.peopleMissing);
      this.chips().focus();
      return;
    }
    const outcome = await this.#conversations.openGroup(name, names);
    if (!outcome.ok) {
      this.error.set(refusalWords(outcome, timeFromNow));
      return;
    }
    this.#dialog.close();
    void this.#router.navigate(['/chats', outcome.value.conversationId]);
  }
}
