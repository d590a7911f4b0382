import { inject, Injectable, signal } from '@angular/core';

import { refusalWords } from '../keyring/refusal-words';
import { Session } from '../keyring/session';
import { Thread } from '../keyring/thread';
import type { MessageId, MessageView, Outcome } from '../keyring/views';
import { Announcer } from '../platform/announcer';
import { timeFromNow } from '../platform/dates';
import { Dialogs } from '../platform/dialogs';
import { WORDS } from '../platform/words/words';
import { Composition } from './composition';
import type { Deletion } from './delete-dialog';
import type { Reaching } from './reach-dialog';

/** Self-made list, so that no picker is needed; any other symbol of a friend's is shown as it is. */
export const SYMBOLS = ['👍', '❤️', '😂', '😮', '😢', '🙏'] as const;

/** What can be done with one message of the open thread. */
@Injectable()
export class ThreadActions {
  readonly #thread = inject(Thread);
  readonly #dialogs = inject(Dialogs);
  readonly #session = inject(Session);
  readonly #composition = inject(Composition);
  readonly #announcer = inject(Announcer);
  readonly #words = inject(WORDS);
  readonly #isLooking = signal(false);
  readonly #wanted = signal<MessageId | null>(null);
  readonly #refusal = signal('');

  readonly isLooking = this.#isLooking.asReadonly();
  /** The message that should be brought into sight. */
  readonly wanted = this.#wanted.asReadonly();
  /** Why the last act did not happen. */
  readonly refusal = this.#refusal.asReadonly();

  isOwn(userId: string): boolean {
    return userId === this.#session.self()?.userId;
  }

  /** Stored and readable: it can be answered and reacted to. */
  isOpen({ content, seq }: MessageView): boolean {
    return content.kind === 'text' && seq !== null;
  }

  retry(message: MessageView): void {
    void this.#do(this.#thread.retry(message.messageId));
  }

  discard(message: MessageView): void {
    void this.#thread.discard(message.messageId);
  }

  reply(message: MessageView): void {
    this.#composition.reply(message);
  }

  edit(message: MessageView): void {
    this.#composition.edit(message);
  }

  async copy({ content }: MessageView): Promise<void> {
    if (content.kind !== 'text') return;
    await navigator.clipboard.writeText(content.body);
    this.#announcer.add({ group: 'copied', text: this.#words.talk.copied }, ([first]) => first!.text);
  }

  /** Sets the symbol, or takes it back where it is set already. */
  react(message: MessageView, symbol: string): void {
    const has = message.reactions.some(
      (reaction) => reaction.symbol === symbol && reaction.senders.some((sender) => this.isOwn(sender)),
    );
    void this.#do(this.#thread.react(message, has ? null : symbol));
  }

  askToDelete(message: MessageView): void {
    const load = () => import('./delete-dialog').then((file) => file.DeleteDialog);
    const deletion: Deletion = { act: () => this.#thread.deleteForAll(message) };
    void this.#dialogs.open(load, { kind: 'plain-dialog', focus: '.keep', data: deletion });
  }

  showReach(message: MessageView): void {
    const load = () => import('./reach-dialog').then((file) => file.ReachDialog);
    const reaching: Reaching = { message, ask: () => this.#thread.reach(message) };
    void this.#dialogs.open(load, { kind: 'plain-dialog', focus: 'dialog', data: reaching });
  }

  /** Brings a message into sight, as far as it is loaded. */
  want(messageId: MessageId | null): void {
    this.#wanted.set(messageId);
  }

  async lookAgain(): Promise<void> {
    if (this.#isLooking()) return;
    this.#isLooking.set(true);
    await this.#thread.lookAgain().finally(() => this.#isLooking.set(false));
  }

  showDetails(message: MessageView): void {
    const load = () => import('./unverifiable-dialog').then((file) => file.UnverifiableDialog);
    void this.#dialogs.open(load, { kind: 'plain-dialog', focus: 'dialog', data: message });
  }

  async #do(act: Promise<Outcome<unknown>>): Promise<void> {
    const outcome = await act;
    this.#refusal.set(outcome.ok ? '' : refusalWords(outcome, timeFromNow));
  }
}
