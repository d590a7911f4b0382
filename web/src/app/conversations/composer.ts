import { CdkTextareaAutosize } from '@angular/cdk/text-field';
import {
  afterRenderEffect,
  ChangeDetectionStrategy,
  Component,
  computed,
  type ElementRef,
  inject,
  input,
  output,
  viewChild,
} from '@angular/core';
import { RouterLink } from '@angular/router';

import { Icon } from '../design/icon';
import { Balance } from '../keyring/balance';
import { Link } from '../keyring/link';
import { Names } from '../keyring/names';
import type { ConversationView, MessageView } from '../keyring/views';
import { WORDS } from '../platform/words/words';
import { Composition } from './composition';
import { Drafts } from './drafts';

/** Characters of one message, as the messenger counts them, and how near to that the count is shown. */
const LENGTH_MAX = 16_000;
const COUNT_FROM = 1_000;

export interface Hold {
  readonly words: string;
  readonly look: string;
}

/** Where one writes. The text is kept for each conversation until it is sent; the line below says what holds it up, and keeps its place. */
@Component({
  selector: 'sc-composer',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [CdkTextareaAutosize, Icon, RouterLink],
  templateUrl: './composer.html',
  styleUrl: './composer.scss',
})
export class Composer {
  readonly conversation = input.required<ConversationView>();
  /** Why nothing is sent until a person decides, and what to look at; null: nothing is in the way. */
  readonly hold = input<Hold | null>(null);
  /** Why the last text came back. */
  readonly refusal = input('');
  readonly send = output<string>();
  /** A changed text. */
  readonly save = output<string>();
  /** The person wants to change the newest own message. */
  readonly editLast = output();
  readonly leave = output();
  readonly lookAtKeys = output();
  /** The person writes something new, or has stopped. */
  readonly types = output<boolean>();

  protected readonly words = inject(WORDS);
  protected readonly link = inject(Link);
  readonly #balance = inject(Balance);
  readonly #drafts = inject(Drafts);
  readonly #names = inject(Names);
  protected readonly composition = inject(Composition);
  private readonly field = viewChild.required<ElementRef<HTMLTextAreaElement>>('field');

  protected readonly text = computed(() =>
    this.composition.editing() === null
      ? this.#drafts.of(this.conversation().conversationId)
      : this.composition.changed(),
  );
  protected readonly subject = computed(() => {
    const message = this.composition.replyTo();
    if (message === null) return null;
    const { talk } = this.words;
    const body = message.content.kind === 'text' ? message.content.body.slice(0, 240) : '';
    return { heading: talk.replyingTo(message.outgoing ? talk.yourself : this.#authorOf(message)), body };
  });
  protected readonly name = computed(() => this.conversation().peer.username);
  protected readonly left = computed(() => LENGTH_MAX - this.text().length);
  protected readonly isBroke = computed(() => this.#balance.credits() === 0);
  protected readonly canSend = computed(
    () => this.text().trim() !== '' && this.left() >= 0 && this.hold() === null && !this.isBroke(),
  );
  protected readonly countFrom = COUNT_FROM;

  constructor() {
    const conversationId = computed(() => this.conversation().conversationId);
    afterRenderEffect(() => {
      conversationId();
      this.composition.replyTo();
      this.composition.editing();
      // on a phone this would bring up the keyboard before anything was read
      if (matchMedia('(pointer: fine)').matches) this.focus();
    });
  }

  #authorOf({ sender }: MessageView): string {
    if (this.conversation().kind === 'direct') return this.name();
    return this.#names.of(sender) ?? this.words.groups.formerMember;
  }

  focus(): void {
    this.field().nativeElement.focus({ preventScroll: true });
  }

  protected write(text: string): void {
    if (this.composition.editing() !== null) this.composition.change(text);
    else {
      this.#drafts.keep(this.conversation().conversationId, text);
      // what is held is not announced either: it would be sealed for keys that wait for a decision
      this.types.emit(text.trim() !== '' && this.hold() === null);
    }
  }

  protected press(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'Escape') {
      if (!this.composition.leave()) this.leave.emit();
    } else if (event.key === 'ArrowUp' && this.text() === '') this.editLast.emit();
    else if (event.key === 'Enter' && !event.shiftKey) this.submit();
    else return;
    event.preventDefault();
  }

  protected submit(): void {
    if (!this.canSend()) return;
    const text = this.text().trim();
    if (this.composition.editing() !== null) {
      this.save.emit(text);
      this.focus();
      return;
    }
    this.#drafts.keep(this.conversation().conversationId, '');
    this.field().nativeElement.value = '';
    this.types.emit(false);
    this.send.emit(text);
    this.focus();
  }
}
