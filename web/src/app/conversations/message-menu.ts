import { CdkMenu, CdkMenuItem, CdkMenuTrigger } from '@angular/cdk/menu';
import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';

import { Icon } from '../design/icon';
import type { MessageView } from '../keyring/views';
import { WORDS } from '../platform/words/words';
import { SYMBOLS, ThreadActions } from './thread-actions';

/** What one can do with a message, behind one button that is there for mouse, touch and keyboard alike. */
@Component({
  selector: 'sc-message-menu',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [CdkMenu, CdkMenuItem, CdkMenuTrigger, Icon],
  template: `
    <button type="button" class="icon-button" [cdkMenuTriggerFor]="menu" [attr.aria-label]="words.talk.more">
      <sc-icon name="more" [size]="18" />
    </button>
    <ng-template #menu>
      <div role="region" [attr.aria-label]="words.talk.menu">
        <div class="menu" cdkMenu [attr.aria-label]="words.talk.menu">
          @if (actions.isOpen(message())) {
            <div class="symbols" role="group" [attr.aria-label]="words.talk.react">
              @for (symbol of symbols; track symbol) {
                <button
                  type="button"
                  class="symbol"
                  cdkMenuItem
                  [attr.aria-label]="words.talk.reactWith(symbol)"
                  (cdkMenuItemTriggered)="actions.react(message(), symbol)"
                >
                  {{ symbol }}
                </button>
              }
            </div>
            <button type="button" class="menu-item" cdkMenuItem (cdkMenuItemTriggered)="actions.reply(message())">
              <sc-icon name="reply" [size]="18" />{{ words.talk.reply }}
            </button>
          }
          <button type="button" class="menu-item" cdkMenuItem (cdkMenuItemTriggered)="actions.copy(message())">
            <sc-icon name="copy" [size]="18" />{{ words.talk.copy }}
          </button>
          @if (message().outgoing && actions.isOpen(message())) {
            <button type="button" class="menu-item" cdkMenuItem (cdkMenuItemTriggered)="actions.showReach(message())">
              <sc-icon name="delivered" [size]="18" />{{ words.talk.whoHas }}
            </button>
            <button type="button" class="menu-item" cdkMenuItem (cdkMenuItemTriggered)="actions.edit(message())">
              <sc-icon name="edit" [size]="18" />{{ words.talk.edit }}
            </button>
            <button
              type="button"
              class="menu-item danger"
              cdkMenuItem
              (cdkMenuItemTriggered)="actions.askToDelete(message())"
            >
              <sc-icon name="delete" [size]="18" />{{ words.talk.deleteForAll }}
            </button>
          }
        </div>
      </div>
    </ng-template>
  `,
  styles: `
    .icon-button {
      inline-size: 32px;
      block-size: 32px;
      min-inline-size: 0;
      min-block-size: 0;
      color: var(--muted);
    }
    .symbols {
      display: flex;
      gap: 2px;
    }
    .symbol {
      inline-size: 40px;
      block-size: 40px;
      border: 0;
      border-radius: var(--radius-s);
      background: none;
      font-size: 20px;
      cursor: pointer;
    }
    @media (pointer: coarse) {
      /* a full target that takes no more of the column than before */
      .icon-button {
        inline-size: 44px;
        block-size: 44px;
        margin: -6px;
      }
      .symbol {
        inline-size: 44px;
        block-size: 44px;
      }
    }
    .symbol:hover,
    .symbol:focus-visible {
      background: var(--surface-2);
    }
  `,
})
export class MessageMenu {
  readonly message = input.required<MessageView>();
  protected readonly words = inject(WORDS);
  protected readonly actions = inject(ThreadActions);
  protected readonly symbols = SYMBOLS;
}
