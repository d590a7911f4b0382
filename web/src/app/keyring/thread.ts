import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';

import { Echoes } from './echoes';
import { Keyring } from './keyring';
import { joinEvents, joinPage, lowestSeq, placeMessage, prependPage, withoutMessage } from './thread-messages';
import type {
  ConversationId,
  GroupEventView,
  MessageId,
  MessageReach,
  MessageView,
  Outcome,
  RefusalCode,
  Refused,
} from './views';

const FIRST_PAGE = 60;
const OLDER_PAGE = 100;

export type ThreadPhase =
  { readonly phase: 'loading' | 'ready' } | { readonly phase: 'refused'; readonly refused: Refused };

/** The messages of the one conversation that is open. Provided by the page that shows it; what it holds goes with it. */
@Injectable()
export class Thread {
  readonly #keyring = inject(Keyring);
  readonly #echoes = new Echoes();
  readonly #messages = signal<readonly MessageView[]>([]);
  readonly #events = signal<readonly GroupEventView[]>([]);
  readonly #phase = signal<ThreadPhase>({ phase: 'loading' });
  readonly #more = signal(false);
  readonly #older = signal<'idle' | 'loading' | RefusalCode>('idle');
  #conversationId: ConversationId | null = null;
  /** One after the other: two that overlap could change places. */
  #sending: Promise<unknown> = Promise.resolve();

  readonly phase = this.#phase.asReadonly();
  /** Whether older messages exist that are not here yet. */
  readonly more = this.#more.asReadonly();
  readonly older = this.#older.asReadonly();
  /** What happened to the group among these messages, by rising `entry`. */
  readonly events = this.#events.asReadonly();
  /** By rising position, what is not sent yet last. */
  readonly messages = computed<readonly MessageView[]>(() => [...this.#messages(), ...this.#echoes.shown()]);

  constructor() {
    const destroyed = inject(DestroyRef);
    const leave = [
      this.#keyring.on('message', ({ message }) => {
        if (message.conversationId === this.#conversationId) this.#receive(message);
      }),
      this.#keyring.on('group-event', ({ event }) => {
        if (event.conversationId === this.#conversationId) this.#events.update((here) => joinEvents(here, [event]));
      }),
      this.#keyring.on('message-removed', ({ conversationId, messageId }) => {
        if (conversationId === this.#conversationId) this.#remove(messageId);
      }),
    ];
    for (const end of leave) destroyed.onDestroy(end);
  }

  /** A name for the message that stays the same from the first echo to the last receipt. */
  keyOf(messageId: MessageId): string {
    return this.#echoes.keyOf(messageId);
  }

  async open(conversationId: ConversationId): Promise<void> {
    if (conversationId !== this.#conversationId) {
      this.#messages.set([]);
      this.#events.set([]);
      this.#echoes.clear();
      this.#more.set(false);
      this.#older.set('idle');
    }
    this.#conversationId = conversationId;
    this.#phase.set({ phase: 'loading' });
    const page = await this.#keyring.remote.messages(conversationId, { beforeSeq: null, limit: FIRST_PAGE });
    if (conversationId !== this.#conversationId) return;
    if (!page.ok) {
      this.#phase.set({ phase: 'refused', refused: page });
      return;
    }
    this.#messages.update((here) => joinPage(page.value.messages, here));
    this.#events.update((here) => joinEvents(page.value.groupEvents, here));
    this.#more.set(page.value.more);
    this.#phase.set({ phase: 'ready' });
  }

  async loadOlder(): Promise<void> {
    const conversationId = this.#conversationId;
    if (conversationId === null || this.#older() === 'loading' || !this.#more()) return;
    this.#older.set('loading');
    const page = await this.#keyring.remote.messages(conversationId, {
      beforeSeq: lowestSeq(this.#messages()),
      limit: OLDER_PAGE,
    });
    if (conversationId !== this.#conversationId) return;
    if (page.ok) {
      this.#messages.update((here) => prependPage(page.value.messages, here));
      this.#events.update((here) => joinEvents(page.value.groupEvents, here));
      this.#more.set(page.value.more);
    }
    this.#older.set(page.ok ? 'idle' : page.code);
  }

  /** Shows the text at once, as `sending`, and puts it into the outbox behind the ones before it. */
  send(body: string, replyTo: MessageView | null = null): Promise<Outcome<MessageView>> {
    const conversationId = this.#conversationId;
    if (conversationId === null) return Promise.resolve({ ok: false, code: 'conversation-unknown' });
    const echo = this.#echoes.add(conversationId, body, replyTo);
    const sent = this.#sending.then(() => this.#put(conversationId, body, echo));
    this.#sending = sent.catch(() => undefined);
    return sent;
  }

  async retry(messageId: MessageId): Promise<Outcome<MessageView>> {
    const outcome = await this.#keyring.remote.retry(messageId);
    if (outcome.ok) this.#receive(outcome.value);
    return outcome;
  }

  /** Changes an own message for all. */
  edit(message: MessageView, body: string): Promise<Outcome<MessageView>> {
    return this.#rework(this.#keyring.remote.edit(message.conversationId, message.messageId, body));
  }

  /** Takes an own message back for all who have not kept a copy. */
  deleteForAll(message: MessageView): Promise<Outcome<MessageView>> {
    return this.#rework(this.#keyring.remote.deleteForAll(message.conversationId, message.messageId));
  }

  /** Whom an own message has reached. */
  reach({ conversationId, messageId }: MessageView): Promise<Outcome<MessageReach>> {
    return this.#keyring.remote.reach(conversationId, messageId);
  }

  /** Sets the own reaction; null takes it back. */
  react(message: MessageView, symbol: string | null): Promise<Outcome<MessageView>> {
    return this.#rework(this.#keyring.remote.react(message.conversationId, message.messageId, symbol));
  }

  async discard(messageId: MessageId): Promise<void> {
    await this.#keyring.remote.discard(messageId);
    this.#remove(messageId);
  }

  async markRead(): Promise<void> {
    if (this.#conversationId !== null) await this.#keyring.remote.markRead(this.#conversationId);
  }

  /** Asks the server again for what a `missing` mark stands for; what comes of it comes as events. */
  async lookAgain(): Promise<void> {
    if (this.#conversationId !== null) await this.#keyring.remote.lookAgain(this.#conversationId);
  }

  async #rework(change: Promise<Outcome<MessageView>>): Promise<Outcome<MessageView>> {
    const outcome = await change;
    if (outcome.ok && outcome.value.conversationId === this.#conversationId) this.#receive(outcome.value);
    return outcome;
  }

  async #put(conversationId: ConversationId, body: string, echo: MessageView): Promise<Outcome<MessageView>> {
    try {
      const outcome = await this.#keyring.remote.send(conversationId, body, echo.quote?.messageId);
      if (conversationId === this.#conversationId && outcome.ok) {
        this.#echoes.adopt(echo, outcome.value.messageId);
        // an event may have come first, and is then the further view
        this.#messages.update((here) => joinPage(here, [outcome.value]));
      }
      return outcome;
    } finally {
      for (const held of this.#echoes.remove(echo)) this.#receive(held);
    }
  }

  #receive(message: MessageView): void {
    if (this.#echoes.holds(message, this.#messages())) return;
    this.#messages.update((here) => placeMessage(here, message));
  }

  #remove(messageId: MessageId): void {
    this.#messages.update((here) => withoutMessage(here, messageId));
  }
}
