import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { Router, RouterLink } from '@angular/router';

import { EmptyState } from '../design/empty-state';
import { Icon } from '../design/icon';
import { Monogram } from '../design/monogram';
import { Skeleton } from '../design/skeleton';
import { Company } from '../keyring/company';
import { Conversations } from '../keyring/conversations';
import { refusalWords } from '../keyring/refusal-words';
import { Thread } from '../keyring/thread';
import type { ConversationId, MessageId } from '../keyring/views';
import { timeFromNow } from '../platform/dates';
import { Layout } from '../platform/layout';
import { WORDS } from '../platform/words/words';
import { ChatMenu } from './chat-menu';
import { CompanyLine } from './company-line';
import { Composer } from './composer';
import { Composition } from './composition';
import { Drafts } from './drafts';
import { StandingBar } from './standing-bar';
import { ThreadActions } from './thread-actions';
import { ThreadList } from './thread-list';
import { firstUnreadOf, type MessageRow, rowsOf } from './thread-rows';
import { TrustBadge } from './trust-badge';

/** One conversation: who, what was said, and where one writes. */
@Component({
  selector: 'sc-thread-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [
    ChatMenu,
    CompanyLine,
    Composer,
    EmptyState,
    Icon,
    Monogram,
    RouterLink,
    Skeleton,
    StandingBar,
    ThreadList,
    TrustBadge,
  ],
  providers: [Thread, ThreadActions, Composition, Company],
  templateUrl: './thread-page.html',
  styleUrl: './thread-page.scss',
})
export class ThreadPage {
  /** From the address. */
  readonly conversationId = input.required<ConversationId>();

  protected readonly words = inject(WORDS);
  protected readonly thread = inject(Thread);
  protected readonly layout = inject(Layout);
  protected readonly actions = inject(ThreadActions);
  protected readonly company = inject(Company);
  readonly #composition = inject(Composition);
  readonly #conversations = inject(Conversations);
  readonly #drafts = inject(Drafts);
  readonly #router = inject(Router);
  private readonly badge = viewChild(TrustBadge);

  protected readonly isKnown = this.#conversations.loaded;
  protected readonly conversation = computed(() => this.#conversations.find(this.conversationId()));
  protected readonly name = computed(() => this.conversation()?.peer.username ?? '');
  protected readonly refusal = computed(() => {
    const phase = this.thread.phase();
    return phase.phase === 'refused' ? refusalWords(phase.refused, timeFromNow) : '';
  });

  /** Why the last text went back into the composer. */
  protected readonly sendRefusal = signal('');
  /** Where reading begins; fixed when the thread is opened. */
  protected readonly firstUnread = signal<MessageId | null>(null);
  #rowsByKey: ReadonlyMap<string, MessageRow> = new Map();
  protected readonly rows = computed(() => {
    const rows = rowsOf(
      {
        messages: this.thread.messages(),
        more: this.thread.more(),
        older: this.thread.older(),
        firstUnread: this.firstUnread(),
        keyOf: (messageId) => this.thread.keyOf(messageId),
      },
      this.#rowsByKey,
    );
    this.#rowsByKey = new Map(rows.flatMap((row) => (row.kind === 'message' ? [[row.key, row] as const] : [])));
    return rows;
  });

  readonly #isAtEnd = signal(true);
  readonly #isSeen = signal(document.visibilityState === 'visible');

  constructor() {
    const follow = () => this.#isSeen.set(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', follow);
    inject(DestroyRef).onDestroy(() => document.removeEventListener('visibilitychange', follow));
    effect(() => {
      const conversationId = this.conversationId();
      untracked(() => void this.open(conversationId));
    });
    effect(() => {
      const conversation = this.conversation() ?? null;
      untracked(() => this.company.watch(conversation));
    });
    effect(() => {
      const here = new Set(
        this.thread.messages().flatMap((message) => (message.content.kind === 'text' ? [message.messageId] : [])),
      );
      const conversationId = this.conversationId();
      untracked(() => this.#composition.forget(conversationId, (messageId) => here.has(messageId)));
    });
    effect(() => {
      const isRead = this.thread.phase().phase === 'ready' && this.#isAtEnd() && this.#isSeen();
      if (isRead && (this.conversation()?.unread ?? 0) > 0) void untracked(() => this.thread.markRead());
    });
  }

  protected async open(conversationId: ConversationId): Promise<void> {
    this.firstUnread.set(null);
    this.sendRefusal.set('');
    this.#composition.leave();
    this.#isAtEnd.set(true);
    const unread = this.#conversations.find(conversationId)?.unread ?? 0;
    await this.thread.open(conversationId);
    this.firstUnread.set(firstUnreadOf(this.thread.messages(), unread));
  }

  protected async send(text: string): Promise<void> {
    const conversationId = this.conversationId();
    this.firstUnread.set(null);
    this.sendRefusal.set('');
    const replyTo = this.#composition.replyTo();
    this.#composition.leave();
    const outcome = await this.thread.send(text, replyTo);
    if (outcome.ok) return;
    // what could not even be put aside goes back to where it was written
    const draft = this.#drafts.of(conversationId);
    this.#drafts.keep(conversationId, draft === '' ? text : `${text}\n${draft}`);
    if (conversationId === this.conversationId()) this.sendRefusal.set(refusalWords(outcome, timeFromNow));
  }

  /** Changes the message that is being edited; what could not be changed stays in the composer. */
  protected async save(text: string): Promise<void> {
    const message = this.#composition.editing();
    if (message === null) return;
    this.sendRefusal.set('');
    this.#composition.leave();
    const outcome = await this.thread.edit(message, text);
    if (outcome.ok || message.conversationId !== this.conversationId()) return;
    this.#composition.edit(message);
    this.#composition.change(text);
    this.sendRefusal.set(refusalWords(outcome, timeFromNow));
  }

  protected editLast(): void {
    const last = this.thread.messages().findLast((message) => message.outgoing && this.actions.isOpen(message));
    if (last !== undefined) this.#composition.edit(last);
  }

  protected follow(isAtEnd: boolean): void {
    this.#isAtEnd.set(isAtEnd);
  }

  protected lookAtKeys(): void {
    this.badge()?.open();
  }

  protected async leave(): Promise<void> {
    await this.#router.navigateByUrl('/chats');
    document.querySelector<HTMLElement>('#chats')?.focus();
  }
}
