import {
  afterNextRender,
  afterRenderEffect,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  effect,
  type ElementRef,
  inject,
  input,
  output,
  signal,
  untracked,
  viewChild,
} from '@angular/core';

import { Icon } from '../design/icon';
import { Skeleton } from '../design/skeleton';
import { WORDS } from '../platform/words/words';
import { estimateRow } from './estimate-row';
import { EventLine } from './groups/event-line';
import { MessageBubble } from './message-bubble';
import { RowHeights, type RowWindow, windowFor } from './row-heights';
import { ThreadActions } from './thread-actions';
import type { ThreadRow } from './thread-rows';

/** What stays where it is while rows come and go: the end, or a row and how far its top lies below the top of the window. */
type Anchor = 'end' | { readonly key: string; readonly below: number };

const AT_END = 24;
const NEAR_TOP = 1_200;
const BUBBLE_SHARE = 0.78;
const BUBBLE_MAX = 560;
const ROUNDS_MAX = 8;

/**
 * The messages of a thread, of which only those near the window are drawn. The bottom is home: what arrives keeps it in sight, what is
 * loaded above moves nothing, and a row that turns out higher than it was guessed moves nothing either.
 */
@Component({
  selector: 'sc-thread-list',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [EventLine, Icon, MessageBubble, Skeleton],
  templateUrl: './thread-list.html',
  styleUrl: './thread-list.scss',
})
export class ThreadList {
  readonly rows = input.required<readonly ThreadRow[]>();
  readonly name = input.required<string>();
  readonly isGroup = input(false);
  /** Where to begin, if not at the end. */
  readonly beginAt = input<string | null>(null);
  readonly wantsOlder = output();
  readonly atEnd = output<boolean>();

  protected readonly words = inject(WORDS);
  readonly #actions = inject(ThreadActions);
  private readonly viewport = viewChild.required<ElementRef<HTMLElement>>('viewport');
  private readonly sizer = viewChild.required<ElementRef<HTMLElement>>('sizer');
  private readonly block = viewChild.required<ElementRef<HTMLElement>>('block');

  readonly #heights = new RowHeights<ThreadRow>((row) => estimateRow(row, this.#bubbleWidth));
  readonly #window = signal<RowWindow>({ from: 0, to: 0 });
  protected readonly drawn = computed(() => {
    const { from, to } = this.#window();
    return this.rows()
      .slice(from, to)
      .map((row, index) => ({ row, position: from + index }));
  });
  protected readonly isAway = signal(false);
  /** Messages by others that came while the end was out of sight. */
  protected readonly below = signal(0);

  #anchor: Anchor = 'end';
  #lastKey: string | undefined;
  #bubbleWidth = BUBBLE_MAX;
  #width = 0;
  #hasBegun = false;
  /** Rounds since something other than a height has changed. */
  #rounds = 0;
  #placedRows: readonly ThreadRow[] = [];
  #placedTop = -1;

  constructor() {
    const destroyed = inject(DestroyRef);
    afterRenderEffect(() => {
      this.rows();
      this.#window();
      untracked(() => this.#settle());
    });
    effect(() => {
      const wanted = this.#actions.wanted();
      if (wanted !== null) untracked(() => this.#reveal(wanted));
    });
    afterNextRender(() => {
      const viewport = this.viewport().nativeElement;
      const follow = () => this.#follow();
      viewport.addEventListener('scroll', follow, { passive: true });
      const resized = new ResizeObserver(() => {
        this.#rounds = 0;
        this.#settle();
      });
      resized.observe(viewport);
      resized.observe(this.block().nativeElement);
      destroyed.onDestroy(() => {
        viewport.removeEventListener('scroll', follow);
        resized.disconnect();
      });
    });
  }

  /** Brings the newest message into sight. */
  toEnd(): void {
    this.#anchor = 'end';
    this.#rounds = 0;
    this.#settle();
  }

  focus(): void {
    this.viewport().nativeElement.focus();
  }

  /** Brings a message that is here a third of the window below its top, and the focus with it. */
  #reveal(messageId: string): void {
    this.#actions.want(null);
    const row = this.rows().find((other) => other.kind === 'message' && other.message.messageId === messageId);
    if (row === undefined) return;
    this.#anchor = { key: row.key, below: this.viewport().nativeElement.clientHeight / 3 };
    this.#rounds = 0;
    this.#settle();
    this.focus();
  }

  /** Measures what is drawn, puts everything in its place, and asks for other rows where those will not do. Runs before the frame is painted. */
  #settle(): void {
    const rows = this.rows();
    const viewport = this.viewport().nativeElement;
    const height = viewport.clientHeight;
    if (height === 0) return;
    if (rows !== this.#placedRows) this.#rounds = 0;
    this.#placedRows = rows;
    this.#heights.setRows(rows);
    this.#adoptWidth(viewport.clientWidth);
    this.#noticeNews(rows);
    this.#measure();
    const total = this.#heights.total;
    const room = Math.max(height - total, 0);
    const window = this.#window();
    this.sizer().nativeElement.style.blockSize = `${Math.max(total, height)}px`;
    this.block().nativeElement.style.transform = `translateY(${room + this.#heights.topOf(window.from)}px)`;
    this.#begin(rows);
    const top = this.#anchoredTop(total, height);
    if (Math.abs(viewport.scrollTop - top) >= 1) viewport.scrollTop = top;
    this.#placedTop = viewport.scrollTop;
    if (total - (top + height) < AT_END) this.#anchor = 'end';
    this.#show(top, height);
  }

  #measure(): void {
    for (const element of this.block().nativeElement.children) {
      const key = (element as HTMLElement).dataset.key;
      if (key !== undefined) this.#heights.measure(key, element.getBoundingClientRect().height);
    }
  }

  #adoptWidth(width: number): void {
    if (width === this.#width) return;
    if (this.#width !== 0) this.#heights.forget();
    this.#width = width;
    this.#bubbleWidth = Math.min(width * BUBBLE_SHARE, BUBBLE_MAX);
  }

  /** At the end, or at what was not read yet. */
  #begin(rows: readonly ThreadRow[]): void {
    const key = this.beginAt();
    if (this.#hasBegun || rows.length < 2) return;
    this.#hasBegun = true;
    if (key !== null) this.#anchor = { key, below: 0 };
  }

  #noticeNews(rows: readonly ThreadRow[]): void {
    const last = rows.at(-1);
    if (last === undefined || last.key === this.#lastKey) return;
    const known = this.#lastKey === undefined ? undefined : this.#heights.indexOf(this.#lastKey);
    this.#lastKey = last.key;
    if (last.kind === 'message' && last.message.outgoing) this.#anchor = 'end';
    else if (this.#anchor !== 'end' && known !== undefined)
      this.below.update((count) => count + rows.slice(known + 1).filter(({ kind }) => kind === 'message').length);
  }

  #anchoredTop(total: number, height: number): number {
    const lowest = Math.max(total - height, 0);
    if (this.#anchor === 'end') return lowest;
    const index = this.#heights.indexOf(this.#anchor.key);
    if (index === undefined) return Math.min(this.viewport().nativeElement.scrollTop, lowest);
    return Math.min(Math.max(this.#heights.topOf(index) - this.#anchor.below, 0), lowest);
  }

  #follow(): void {
    const { scrollTop, clientHeight } = this.viewport().nativeElement;
    // an echo of our own placing moves no anchor
    if (Math.abs(scrollTop - this.#placedTop) >= 1) {
      this.#rounds = 0;
      this.#placedTop = scrollTop;
      const isAtEnd = this.#heights.total - (scrollTop + clientHeight) < AT_END;
      this.#anchor = isAtEnd ? 'end' : this.#anchorAt(scrollTop);
    }
    this.#show(scrollTop, clientHeight);
  }

  #anchorAt(scrollTop: number): Anchor {
    const rows = this.rows();
    let index = this.#heights.rowAt(scrollTop);
    // the head of the list is not a message: what is loaded comes below it
    if (index === 0 && rows.length > 1) index++;
    const row = rows[index];
    return row === undefined ? 'end' : { key: row.key, below: this.#heights.topOf(index) - scrollTop };
  }

  #show(top: number, height: number): void {
    const count = this.rows().length;
    const standing = this.#window();
    const next = windowFor(this.#heights, count, { top, height }, standing);
    // heights settle within a few rounds; a row that never does must not hold up the page
    if ((next.from !== standing.from || next.to !== standing.to) && this.#rounds < ROUNDS_MAX) {
      this.#rounds++;
      this.#window.set(next);
    }
    const isAway = this.#heights.total - (top + height) >= AT_END;
    if (isAway !== this.isAway()) {
      this.isAway.set(isAway);
      this.atEnd.emit(!isAway);
    }
    if (!isAway) this.below.set(0);
    if (top < NEAR_TOP && this.rows()[0]?.kind === 'older') this.wantsOlder.emit();
  }
}
