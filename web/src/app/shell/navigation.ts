import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';

import { Icon } from '../design/icon';
import type { IconName } from '../design/icons';
import { Balance } from '../keyring/balance';
import { Conversations } from '../keyring/conversations';
import { Session } from '../keyring/session';
import { inFigures } from '../platform/words/plural';
import { WORDS } from '../platform/words/words';
import { Mark } from './mark';

interface Place {
  readonly path: string;
  readonly icon: IconName;
  readonly name: string;
  /** What stands under the icon in sight. */
  readonly caption: string;
  /** What is heard beyond the name. */
  readonly heard: string;
  readonly count: number;
}

/** The ways through the product: a rail, the foot of the list, or a bar at the bottom, as the window allows. */
@Component({
  selector: 'sc-navigation',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [RouterLink, RouterLinkActive, Icon, Mark],
  template: `
    <nav [attr.aria-label]="words.nav.label">
      <sc-mark class="mark" />
      @for (place of places(); track place.path) {
        <a
          [routerLink]="place.path"
          routerLinkActive="here"
          ariaCurrentWhenActive="page"
          [attr.data-place]="place.path"
        >
          <span class="picture">
            <sc-icon [name]="place.icon" [size]="22" />
            @if (place.count > 0) {
              <span class="count figures" aria-hidden="true">{{ words.nav.unreadShort(place.count) }}</span>
            }
          </span>
          <span class="caption figures" [attr.aria-hidden]="place.caption !== place.name">{{ place.caption }}</span>
          @if (place.caption !== place.name) {
            <span class="heard">{{ place.name }}</span>
          }
          @if (place.heard) {
            <span class="heard">, {{ place.heard }}</span>
          }
        </a>
      }
    </nav>
  `,
  styleUrl: './navigation.scss',
})
export class Navigation {
  protected readonly words = inject(WORDS);
  readonly #session = inject(Session);
  readonly #conversations = inject(Conversations);
  readonly #balance = inject(Balance);

  protected readonly places = computed<readonly Place[]>(() => {
    const { nav } = this.words;
    const unread = this.#conversations.unread();
    const credits = this.#balance.credits();
    const isAdmin = this.#session.self()?.role === 'admin';
    const plain = { heard: '', count: 0 };
    return [
      {
        path: '/chats',
        icon: 'chats',
        name: nav.chats,
        caption: nav.chats,
        heard: unread > 0 ? nav.unread(unread) : '',
        count: unread,
      },
      {
        path: '/credits',
        icon: 'credits',
        name: nav.credits,
        caption: credits === null ? nav.balanceUnknown : inFigures(credits),
        heard: credits === null ? '' : nav.balance(credits),
        count: 0,
      },
      ...(isAdmin ? [{ path: '/admin', icon: 'admin', name: nav.admin, caption: nav.admin, ...plain } as const] : []),
      { path: '/account', icon: 'account', name: nav.account, caption: nav.account, ...plain },
    ];
  });
}
