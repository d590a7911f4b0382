import { signal } from '@angular/core';

import type { ConversationId, MessageId, MessageView, QuoteView, UserId } from './views';

function quoteOf({ messageId, sender, content }: MessageView): QuoteView {
  return content.kind === 'text'
    ? { known: true, messageId, sender, body: content.body, altered: false }
    : { known: false, messageId };
}

/**
 * A text stands in the thread in the frame in which it was sent, before the Worker has given it an id. An echo holds that place; the
 * message then takes it over under the echo's name, so that nothing on the screen is torn down and built again.
 */
export class Echoes {
  readonly #shown = signal<readonly MessageView[]>([]);
  readonly #names = new Map<MessageId, string>();
  #held: MessageView[] = [];
  #next = 1;

  readonly shown = this.#shown.asReadonly();

  clear(): void {
    this.#shown.set([]);
    this.#names.clear();
    this.#held = [];
  }

  add(conversationId: ConversationId, body: string, replyTo: MessageView | null = null): MessageView {
    const echo: MessageView = {
      conversationId,
      messageId: `echo-${this.#next++}` as MessageId,
      sender: '' as UserId,
      outgoing: true,
      content: { kind: 'text', body },
      seq: null,
      sentAtMs: Date.now(),
      acceptedAtMs: null,
      clockMark: false,
      state: 'sending',
      refusal: null,
      quote: replyTo === null ? null : quoteOf(replyTo),
      editedAtMs: null,
      reactions: [],
    };
    this.#shown.update((shown) => [...shown, echo]);
    return echo;
  }

  /** The echo's text has become this message. */
  adopt(echo: MessageView, messageId: MessageId): void {
    this.#names.set(messageId, echo.messageId);
  }

  /** Takes the echo away, and gives the events that waited for it: of its message, and with the last echo all others. */
  remove(echo: MessageView): readonly MessageView[] {
    this.#shown.update((shown) => shown.filter((other) => other !== echo));
    const isLast = this.#shown().length === 0;
    const released = this.#held.filter(({ messageId }) => isLast || this.#names.has(messageId));
    this.#held = this.#held.filter((message) => !released.includes(message));
    return released;
  }

  keyOf(messageId: MessageId): string {
    return this.#names.get(messageId) ?? messageId;
  }

  /** Own messages that nobody here knows yet may be an echo's: their events wait until each echo has its id. */
  holds(message: MessageView, known: readonly MessageView[]): boolean {
    if (!message.outgoing || this.#shown().length === 0) return false;
    if (known.some(({ messageId }) => messageId === message.messageId)) return false;
    this.#held.push(message);
    return true;
  }
}
