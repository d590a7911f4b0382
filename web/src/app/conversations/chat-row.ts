import { ChangeDetectionStrategy, Component, computed, effect, inject, input } from '@angular/core';

import { Icon } from '../design/icon';
import { Monogram } from '../design/monogram';
import { Names } from '../keyring/names';
import type { ConversationView } from '../keyring/views';
import { WallClock } from '../platform/clock';
import { listTime } from '../platform/dates';
import { WORDS } from '../platform/words/words';
import { Drafts } from './drafts';
import { groupPreview, previewOf, standingPreview } from './preview';

/** One chat in the list: who, when, the last line, and what is unread. */
@Component({
  selector: 'sc-chat-row',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, Monogram],
  template: `
    <sc-monogram [name]="name()" [group]="conversation().kind === 'group'" />
    <div class="grow">
      <p class="first">
        <bdi class="name cut">{{ name() }}</bdi>
        @if (conversation().held) {
          <sc-icon class="held" name="trust-changed" [size]="14" [label]="words.chats.held" />
        }
        @if (conversation().group; as group) {
          <span class="count small figures" aria-hidden="true"
            ><sc-icon name="group" [size]="14" />{{ group.memberCount }}</span
          >
          <span class="heard">{{ words.groups.members(group.memberCount) }}</span>
        }
        <span class="time figures">{{ time() }}</span>
      </p>
      <p class="second">
        <span class="line cut" [class.strong]="conversation().unread > 0">
          @if (preview().prefix) {
            <span [class.danger]="preview().isFailed" [class.draft]="preview().isDraft">{{ preview().prefix }}</span>
          }
          <bdi [class.danger]="preview().isFailed && !preview().prefix">{{ preview().text }}</bdi></span
        >
        @if (conversation().unread; as unread) {
          <span class="unread figures" aria-hidden="true">{{ words.chats.unreadShort(unread) }}</span>
          <span class="heard">{{ words.chats.unread(unread) }}</span>
        }
      </p>
    </div>
  `,
  styles: `
    :host {
      display: flex;
      align-items: center;
      gap: var(--space-3);
      block-size: 100%;
      padding-inline: var(--space-3);
      border-radius: var(--radius-m);
    }
    p {
      display: flex;
      align-items: center;
      gap: 6px;
    }
    .name {
      font-weight: 550;
    }
    .count {
      display: inline-flex;
      flex: none;
      align-items: center;
      gap: 2px;
      color: var(--muted);
    }
    .time {
      flex: none;
      margin-inline-start: auto;
      color: var(--muted);
      font-size: var(--size-s);
    }
    .held {
      color: var(--danger);
    }
    .second {
      min-block-size: 20px;
      font-size: var(--size-s);
    }
    .line {
      flex: 1;
      color: var(--muted);
    }
    .strong {
      color: var(--text);
      font-weight: 500;
    }
    .danger {
      color: var(--danger);
    }
    .draft {
      color: var(--accent);
    }
    .unread {
      flex: none;
      min-inline-size: 20px;
      padding-inline: 6px;
      border-radius: 10px;
      background: var(--accent);
      color: var(--on-accent);
      font-weight: 600;
      line-height: 20px;
      text-align: center;
    }
  `,
})
export class ChatRow {
  readonly conversation = input.required<ConversationView>();
  protected readonly words = inject(WORDS);
  readonly #clock = inject(WallClock);
  readonly #drafts = inject(Drafts);
  readonly #names = inject(Names);

  protected readonly name = computed(() => {
    const { group, peer } = this.conversation();
    return group === null ? peer.username : group.name || this.words.groups.unnamed;
  });
  protected readonly time = computed(() => listTime(this.conversation().lastAtMs, this.#clock.nowMs()));
  protected readonly preview = computed(() => {
    const { conversationId, group, last, standing } = this.conversation();
    const { chats, groups, talk } = this.words;
    const words = group === null ? talk : { ...talk, rowRequest: groups.rowRequest };
    const author = group === null || last === null ? null : this.#names.of(last.sender);
    return (
      standingPreview(standing, words) ??
      groupPreview(group, groups) ??
      previewOf(last, this.#drafts.of(conversationId), chats, author)
    );
  });

  constructor() {
    effect(() => {
      const { conversationId, group, last, standing } = this.conversation();
      const isSomebodys =
        group !== null && standing === 'open' && last !== null && this.#names.of(last.sender) === null;
      if (isSomebodys) this.#names.ask(conversationId);
    });
  }
}
