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
import { OpenGroup } from '../keyring/open-group';
import { refusalWords } from '../keyring/refusal-words';
import { Thread } from '../keyring/thread';
import type { ConversationId, MessageId, UserId } from '../keyring/views';
import { timeFromNow } from '../platform/dates';
import { Dialogs } from '../platform/dialogs';
import { Layout } from '../platform/layout';
import { listOf } from '../platform/words/plural';
import { WORDS } from '../platform/words/words';
import { CallBar } from './call-bar';
import { CallButton } from './call-button';
import { ChatMenu } from './chat-menu';
import { CompanyLine } from './company-line';
import { Composer, type Hold } from './composer';
import { Composition } from './composition';
import { Drafts } from './drafts';
import { GroupBar } from './groups/group-bar';
import type { GroupSheetData } from './groups/group-sheet';
import { StandingBar } from './standing-bar';
import { ThreadActions } from './thread-actions';
import { ThreadList } from './thread-list';
import { firstUnreadOf, rowsOf, type ThreadRow } from './thread-rows';
import { TrustBadge } from './trust-badge';

/** One conversation: who, what was said, and where one writes. */
@Component({
  selector: 'sc-thread-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [
    CallBar,
    CallButton,
    ChatMenu,
    CompanyLine,
    Composer,
    EmptyState,
    GroupBar,
    Icon,
    Monogram,
    RouterLink,
    Skeleton,
    StandingBar,
    ThreadList,
    TrustBadge,
  ],
  providers: [Thread, ThreadActions, Composition, Company, OpenGroup],
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
  readonly #dialogs = inject(Dialogs);
  readonly #group = inject(OpenGroup);
  private readonly badge = viewChild(TrustBadge);

  protected readonly isKnown = this.#conversations.loaded;
  protected readonly conversation = computed(() => this.#conversations.find(this.conversationId()));
  protected readonly name = computed(() => {
    const conversation = this.conversation();
    if (conversation?.group) return conversation.group.name || this.words.groups.unnamed;
    return conversation?.peer.username ?? '';
  });
  /** Nothing can be written any more. */
  protected readonly isOver = computed(() => {
    const group = this.conversation()?.group ?? null;
    return group !== null && (group.forked || group.ownRole === null);
  });
  protected readonly hold = computed<Hold | null>(() => {
    const { composer, groups } = this.words;
    const conversation = this.conversation();
    if (conversation?.kind === 'direct')
      return conversation.held ? { words: composer.held(this.name()), look: composer.lookAtKeys } : null;
    const names = this.#group.changed().map(({ username }) => username);
    const [first] = names;
    if (first === undefined) return null;
    return {
      words: names.length === 1 ? groups.heldOne(first) : groups.heldMany(listOf(names)),
      look: groups.heldLook(first),
    };
  });
  protected readonly refusal = computed(() => {
    const phase = this.thread.phase();
    return phase.phase === 'refused' ? refusalWords(phase.refused, timeFromNow) : '';
  });

  /** How one has gone out of the group: the newest line of its log about that. */
  protected readonly wayOut = computed(() =>
    this.thread.events().findLast(({ actor, happened }) => {
      const isLeaving = happened.kind === 'left' && this.actions.isOwn(actor.userId);
      return isLeaving || (happened.kind === 'removed' && this.actions.isOwn(happened.target.userId));
    }),
  );

  /** Why the last text went back into the composer. */
  protected readonly sendRefusal = signal('');
  /** Where reading begins; fixed when the thread is opened. */
  protected readonly firstUnread = signal<MessageId | null>(null);
  #rowsByKey: ReadonlyMap<string, ThreadRow> = new Map();
  protected readonly rows = computed(() => {
    const rows = rowsOf(
      {
        isGroup: this.conversation()?.kind === 'group',
        messages: this.thread.messages(),
        events: this.thread.events(),
        more: this.thread.more(),
        older: this.thread.older(),
        firstUnread: this.firstUnread(),
        keyOf: (messageId) => this.thread.keyOf(messageId),
      },
      this.#rowsByKey,
    );
    this.#rowsByKey = new Map(rows.map((row) => [row.key, row]));
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
      untracked(() => {
        this.company.watch(conversation);
        this.#group.watch(conversation);
      });
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

  /** At the person whose keys hold up the writing. */
  protected lookAtKeys(): void {
    if (this.conversation()?.kind === 'direct') this.badge()?.open();
    else this.lookAtGroup(this.#group.changed()[0]?.userId ?? null);
  }

  /** Everything about the group, or one member of it. */
  protected lookAtGroup(at: UserId | null = null): void {
    const load = () => import('./groups/group-sheet').then((file) => file.GroupSheet);
    const data: GroupSheetData = { group: this.#group, at };
    void this.#dialogs.open(load, { kind: 'side-sheet', focus: 'dialog', data });
  }

  protected async leave(): Promise<void> {
    await this.#router.navigateByUrl('/chats');
    document.querySelector<HTMLElement>('#chats')?.focus();
  }
}
