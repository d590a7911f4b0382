import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { Icon } from '../design/icon';
import { Monogram } from '../design/monogram';
import type { ConversationView } from '../keyring/views';
import { WallClock } from '../platform/clock';
import { listTime } from '../platform/dates';
import { WORDS } from '../platform/words/words';
import { Drafts } from './drafts';
import { previewOf, standingPreview } from './preview';

/** One chat in the list: who, when, the last line, and what is unread. */
@Component({
  selector: 'sc-chat-row',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, Monogram],
  template: `
    <sc-monogram [name]="name()" />
    <div class="grow">
      <p class="first">
        <bdi class="name cut">{{ name() }}</bdi>
        @if (conversation().held) {
          <sc-icon class="held" name="trust-changed" [size]="14" [label]="words.chats.held" />
        }
        <span class="time figures">{{ time() }}</span>
      </p>
      <p class="second">
        <span class="line cut" [class.strong]="conversation().unread > 0">
          @if (preview().prefix) {
            <span [class.danger]="preview().isFailed" [class.draft]="preview().isDraft">{{ preview().prefix }}</span>
          }
          <bdi>{{ preview().text }}</bdi></span
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

  protected readonly name = computed(() => this.conversation().peer.username);
  protected readonly time = computed(() => listTime(this.conversation().lastAtMs, this.#clock.nowMs()));
  protected readonly preview = computed(
    () =>
      standingPreview(this.conversation().standing, this.words.talk) ??
      previewOf(this.conversation().last, this.#drafts.of(this.conversation().conversationId), this.words.chats),
  );
}
