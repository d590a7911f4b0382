import { Injectable, signal } from '@angular/core';

import type { ConversationId, MessageId, MessageView } from '../keyring/views';

/** What the composer is about: a new message, an answer to one, or a change of one's own. Provided by the page; a draft stays beside a change. */
@Injectable()
export class Composition {
  readonly #replyTo = signal<MessageView | null>(null);
  readonly #editing = signal<MessageView | null>(null);
  readonly #changed = signal('');

  readonly replyTo = this.#replyTo.asReadonly();
  readonly editing = this.#editing.asReadonly();
  /** Text of the change. */
  readonly changed = this.#changed.asReadonly();

  reply(message: MessageView): void {
    this.#editing.set(null);
    this.#replyTo.set(message);
  }

  edit(message: MessageView): void {
    if (message.content.kind !== 'text') return;
    this.#replyTo.set(null);
    this.#changed.set(message.content.body);
    this.#editing.set(message);
  }

  change(text: string): void {
    this.#changed.set(text);
  }

  /** Back to a new message. @returns whether there was anything to leave */
  leave(): boolean {
    const wasBusy = this.#replyTo() !== null || this.#editing() !== null;
    this.#replyTo.set(null);
    this.#editing.set(null);
    return wasBusy;
  }

  /** A message that is no more is neither answered nor changed. */
  forget(conversationId: ConversationId, isHere: (messageId: MessageId) => boolean): void {
    const gone = (message: MessageView | null): boolean =>
      message !== null && (message.conversationId !== conversationId || !isHere(message.messageId));
    if (gone(this.#replyTo())) this.#replyTo.set(null);
    if (gone(this.#editing())) this.#editing.set(null);
  }
}
