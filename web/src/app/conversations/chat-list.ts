import { CdkFixedSizeVirtualScroll, CdkVirtualForOf, CdkVirtualScrollViewport } from '@angular/cdk/scrolling';
import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  ElementRef,
  inject,
  linkedSignal,
  signal,
  viewChild,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { Router } from '@angular/router';

import { EmptyState } from '../design/empty-state';
import { Icon } from '../design/icon';
import { Skeleton } from '../design/skeleton';
import { Conversations } from '../keyring/conversations';
import { Link } from '../keyring/link';
import type { ConversationView } from '../keyring/views';
import { Dialogs } from '../platform/dialogs';
import { Shortcuts } from '../platform/shortcuts';
import { WORDS } from '../platform/words/words';
import { ChatRow } from './chat-row';

const ROW_REM = 4.25;
const USERNAME = /^[a-z][a-z0-9._-]{2,31}$/;

/** All chats, newest first: searched from `/`, walked with the arrows, opened with Enter. Ten thousand of them cost what a screenful costs. */
@Component({
  selector: 'sc-chat-list',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [CdkFixedSizeVirtualScroll, CdkVirtualForOf, CdkVirtualScrollViewport, ChatRow, EmptyState, Icon, Skeleton],
  templateUrl: './chat-list.html',
  styleUrl: './chat-list.scss',
})
export class ChatList {
  protected readonly words = inject(WORDS);
  protected readonly conversations = inject(Conversations);
  protected readonly link = inject(Link);
  readonly #router = inject(Router);
  readonly #dialogs = inject(Dialogs);
  readonly #page = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly viewport = viewChild(CdkVirtualScrollViewport);
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');

  protected readonly rowHeight = ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  protected readonly placeholders = [44, 58, 36, 50, 62, 40, 54];
  protected readonly search = signal('');
  readonly #wanted = computed(() => this.search().trim().toLowerCase());
  protected readonly found = computed(() => {
    const wanted = this.#wanted();
    const all = this.conversations.all();
    return wanted === '' ? all : all.filter(({ peer }) => peer.username.toLowerCase().includes(wanted));
  });
  /** Somebody with whom there is no chat yet, by a name that could be one. */
  protected readonly stranger = computed(() => (USERNAME.test(this.#wanted()) ? this.#wanted() : null));

  readonly #navigated = toSignal(this.#router.events);
  protected readonly openId = computed(() => {
    this.#navigated();
    return /^\/chats\/([0-9a-f]{32})/.exec(this.#router.url)?.[1] ?? null;
  });
  readonly #openIndex = computed(() =>
    this.found().findIndex(({ conversationId }) => conversationId === this.openId()),
  );
  /** The row on which Enter acts. */
  protected readonly active = linkedSignal({
    source: () => ({ search: this.search(), open: this.#openIndex() }),
    computation: ({ search, open }) => (search !== '' && open < 0 ? 0 : Math.max(open, 0)),
  });

  constructor() {
    const destroyed = inject(DestroyRef);
    const shortcuts = inject(Shortcuts);
    shortcuts.handle('search', destroyed, () => this.field().nativeElement.focus());
    shortcuts.handle('previous', destroyed, () => this.#step(-1));
    shortcuts.handle('next', destroyed, () => this.#step(1));
    afterNextRender(() => {
      const follow = new ResizeObserver(() => this.viewport()?.checkViewportSize());
      follow.observe(this.#page.nativeElement);
      destroyed.onDestroy(() => follow.disconnect());
    });
  }

  protected readonly identify = (_: number, conversation: ConversationView) => conversation.conversationId;

  protected press(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') this.#activate(this.active() + 1);
    else if (event.key === 'ArrowUp') this.#activate(this.active() - 1);
    else if (event.key === 'Enter') this.#enter();
    else if (event.key === 'Escape' && this.search() !== '') this.search.set('');
    else return;
    event.preventDefault();
  }

  protected open(conversation: ConversationView): void {
    this.search.set('');
    void this.#router.navigate(['/chats', conversation.conversationId]);
  }

  protected startChat(username = ''): void {
    const load = () => import('./start-chat-dialog').then((file) => file.StartChatDialog);
    void this.#dialogs.open(load, { kind: 'plain-dialog', focus: 'input', data: username });
  }

  protected startGroup(): void {
    const load = () => import('./groups/new-group-dialog').then((file) => file.NewGroupDialog);
    void this.#dialogs.open(load, { kind: 'plain-dialog', focus: 'input' });
  }

  #enter(): void {
    const conversation = this.found()[this.active()];
    if (conversation !== undefined) this.open(conversation);
    else if (this.stranger() !== null) this.startChat(this.stranger() ?? '');
  }

  #step(by: number): void {
    const conversation = this.found()[this.#openIndex() + by];
    if (conversation !== undefined) this.open(conversation);
  }

  #activate(index: number): void {
    const last = this.found().length - 1;
    if (last < 0) return;
    const active = Math.min(Math.max(index, 0), last);
    this.active.set(active);
    this.#reveal(active);
  }

  /** Scrolls just far enough. */
  #reveal(index: number): void {
    const viewport = this.viewport();
    if (viewport === undefined) return;
    const top = index * this.rowHeight;
    const from = viewport.measureScrollOffset('top');
    const room = viewport.getViewportSize();
    if (top < from) viewport.scrollToOffset(top);
    else if (top + this.rowHeight > from + room) viewport.scrollToOffset(top + this.rowHeight - room);
  }
}
