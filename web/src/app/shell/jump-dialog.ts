import { ChangeDetectionStrategy, Component, computed, inject, linkedSignal, signal } from '@angular/core';
import { MatDialogRef, MatDialogTitle } from '@angular/material/dialog';
import { Router } from '@angular/router';

import { Monogram } from '../design/monogram';
import { Conversations } from '../keyring/conversations';
import { WORDS } from '../platform/words/words';

const SHOWN = 7;

/** Ctrl K: a name, Enter, there. */
@Component({
  selector: 'sc-jump-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [MatDialogTitle, Monogram],
  template: `
    <h2 mat-dialog-title class="heard">{{ words.jump.title }}</h2>
    <input
      class="input"
      type="text"
      role="combobox"
      autocomplete="off"
      autocapitalize="none"
      spellcheck="false"
      aria-controls="jump-results"
      [attr.aria-expanded]="found().length > 0"
      [attr.aria-activedescendant]="found().length ? 'jump-' + active() : null"
      [attr.aria-label]="words.jump.title"
      [placeholder]="words.jump.title"
      [value]="search()"
      (input)="search.set(field.value)"
      (keydown)="press($event)"
      #field
    />
    <ul id="jump-results" role="listbox" [attr.aria-label]="words.jump.results">
      @for (conversation of found(); track conversation.conversationId; let index = $index) {
        <!-- the keys are the combobox's, which owns this list -->
        <!-- eslint-disable-next-line @angular-eslint/template/click-events-have-key-events, @angular-eslint/template/interactive-supports-focus -->
        <li
          role="option"
          [id]="'jump-' + index"
          [class.active]="index === active()"
          [attr.aria-selected]="index === active()"
          (click)="go(index)"
        >
          <sc-monogram [name]="conversation.peer.username" [group]="conversation.kind === 'group'" [size]="28" />
          <bdi class="cut">{{ conversation.peer.username }}</bdi>
        </li>
      }
    </ul>
    @if (found().length === 0) {
      <p class="muted none" role="status">{{ words.jump.none }}</p>
    }
  `,
  styles: `
    :host {
      display: block;
      padding: var(--space-3);
    }
    ul {
      margin-block-start: var(--space-2);
    }
    li {
      display: flex;
      align-items: center;
      gap: var(--space-3);
      min-block-size: 44px;
      padding-inline: var(--space-3);
      border-radius: var(--radius-s);
      cursor: pointer;
    }
    li:hover {
      background: var(--surface-1);
    }
    li.active {
      background: var(--selected);
    }
    .none {
      padding: var(--space-3);
    }
  `,
})
export class JumpDialog {
  protected readonly words = inject(WORDS);
  readonly #conversations = inject(Conversations);
  readonly #router = inject(Router);
  readonly #dialog = inject<MatDialogRef<JumpDialog>>(MatDialogRef);

  protected readonly search = signal('');
  protected readonly found = computed(() => {
    const wanted = this.search().trim().toLowerCase();
    const all = this.#conversations.all();
    const starting = all.filter(({ peer }) => peer.username.toLowerCase().startsWith(wanted));
    const holding = all.filter((chat) => !starting.includes(chat) && chat.peer.username.toLowerCase().includes(wanted));
    return [...starting, ...holding].slice(0, SHOWN);
  });
  protected readonly active = linkedSignal({ source: this.search, computation: () => 0 });

  protected press(event: KeyboardEvent): void {
    const count = this.found().length;
    if (event.key === 'Enter') this.go(this.active());
    else if (event.key === 'ArrowDown') this.active.update((at) => Math.min(at + 1, Math.max(count - 1, 0)));
    else if (event.key === 'ArrowUp') this.active.update((at) => Math.max(at - 1, 0));
    else return;
    event.preventDefault();
  }

  protected go(index: number): void {
    const conversation = this.found()[index];
    if (conversation === undefined) return;
    this.#dialog.close();
    void this.#router.navigate(['/chats', conversation.conversationId]);
  }
}
