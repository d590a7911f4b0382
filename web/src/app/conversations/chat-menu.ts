import { CdkMenu, CdkMenuItem, CdkMenuTrigger } from '@angular/cdk/menu';
import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';

import { Icon } from '../design/icon';
import { Conversations } from '../keyring/conversations';
import type { ConversationView } from '../keyring/views';
import { WORDS } from '../platform/words/words';

/** What one can do about a whole chat. */
@Component({
  selector: 'sc-chat-menu',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [CdkMenu, CdkMenuItem, CdkMenuTrigger, Icon],
  template: `
    <button type="button" class="icon-button" [cdkMenuTriggerFor]="menu" [attr.aria-label]="words.talk.chatMenu">
      <sc-icon name="more" />
    </button>
    <ng-template #menu>
      <div role="region" [attr.aria-label]="words.talk.chatMenu">
        <div class="menu" cdkMenu [attr.aria-label]="words.talk.chatMenu">
          @if (conversation().standing === 'blocked') {
            <button type="button" class="menu-item" cdkMenuItem (cdkMenuItemTriggered)="unblock()">
              <sc-icon name="block" [size]="18" />{{ words.talk.unblock }}
            </button>
          } @else {
            <button type="button" class="menu-item danger" cdkMenuItem (cdkMenuItemTriggered)="block()">
              <sc-icon name="block" [size]="18" />{{ words.talk.blockName(conversation().peer.username) }}
            </button>
          }
        </div>
      </div>
    </ng-template>
  `,
})
export class ChatMenu {
  readonly conversation = input.required<ConversationView>();
  protected readonly words = inject(WORDS);
  readonly #conversations = inject(Conversations);

  protected block(): void {
    void this.#conversations.block(this.conversation());
  }

  protected unblock(): void {
    void this.#conversations.unblock(this.conversation());
  }
}
