import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { RouterOutlet } from '@angular/router';

import { EmptyState } from '../design/empty-state';
import { Conversations } from '../keyring/conversations';
import { WORDS } from '../platform/words/words';
import { ChatList } from './chat-list';

/** The list, and beside it the thread that is open; under 700 px one of the two. */
@Component({
  selector: 'sc-chats-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [RouterOutlet, ChatList, EmptyState],
  template: `
    <sc-chat-list class="list" />
    <div class="thread">
      <router-outlet (activate)="isOpen.set(true)" (deactivate)="isOpen.set(false)" />
      @if (!isOpen() && conversations.all().length > 0) {
        <sc-empty-state [heading]="words.chats.pickTitle" [text]="words.chats.pickText" />
      }
    </div>
  `,
  host: { '[class.open]': 'isOpen()' },
  styles: `
    :host {
      display: grid;
      grid-template: minmax(0, 1fr) / var(--list) minmax(0, 1fr);
      block-size: 100%;
    }
    .list,
    .thread {
      min-block-size: 0;
      min-inline-size: 0;
    }
    @media (min-width: 700px) and (max-width: 1099.98px) {
      .list {
        margin-block-end: var(--bar);
      }
    }
    @media (max-width: 699.98px) {
      :host {
        grid-template-columns: minmax(0, 1fr);
      }
      :host(.open) .list,
      :host(:not(.open)) .thread {
        display: none;
      }
    }
  `,
})
export class ChatsPage {
  protected readonly words = inject(WORDS);
  protected readonly conversations = inject(Conversations);
  protected readonly isOpen = signal(false);
}
