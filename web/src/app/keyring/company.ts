import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';

import { Keyring } from './keyring';
import { Link } from './link';
import type { ConversationView, MessengerEvent, UserId } from './views';

type Presence = Extract<MessengerEvent, { readonly type: 'presence' }>['presence'];

/** The people of the chat that is open: whether the one is there, and who types. Provided by the page that shows it. */
@Injectable()
export class Company {
  readonly #keyring = inject(Keyring);
  readonly #link = inject(Link);
  readonly #presence = signal<Presence | null>(null);
  readonly #typing = signal<readonly UserId[]>([]);
  #chat: ConversationView | null = null;
  /** Whether they were told that one types. */
  #hasSaid = false;

  /** Who types, in the order in which they began. */
  readonly typing = computed(() => (this.#link.offline() ? [] : this.#typing()));
  /** What the server says of them; null while nothing is told, and while nobody could tell it. */
  readonly presence = computed(() => (this.#link.offline() ? null : this.#presence()));

  constructor() {
    const destroyed = inject(DestroyRef);
    const leave = [
      this.#keyring.on('presence', ({ presence }) => {
        if (presence.userId === this.#chat?.peer.userId) this.#presence.set(presence);
      }),
      this.#keyring.on('typing', ({ conversationId, userId, isTyping }) => {
        if (conversationId === this.#chat?.conversationId) this.#types(userId, isTyping);
      }),
      // what they were typing is here
      this.#keyring.on('message', ({ message }) => {
        if (message.conversationId === this.#chat?.conversationId) this.#types(message.sender, false);
      }),
      () => this.watch(null),
    ];
    for (const end of leave) destroyed.onDestroy(end);
  }

  /** Looks at the person of this chat from now on, instead of the one before. Of strangers and the blocked, nothing is asked. */
  watch(conversation: ConversationView | null): void {
    const chat = conversation?.standing === 'open' ? conversation : null;
    if (chat?.conversationId === this.#chat?.conversationId) return;
    this.says(false);
    this.#chat = chat;
    this.#presence.set(null);
    this.#typing.set([]);
    this.#told(this.#keyring.remote.watchPresence(chat?.kind === 'direct' ? [chat.peer.userId] : []));
  }

  /** One types in the open chat, or has stopped. How often that is said is the messenger's to know. */
  says(isTyping: boolean): void {
    if (this.#chat === null || (!isTyping && !this.#hasSaid)) return;
    this.#hasSaid = isTyping;
    this.#told(this.#keyring.remote.typing(this.#chat.conversationId, isTyping));
  }

  #types(userId: UserId, isTyping: boolean): void {
    this.#typing.update((typing) => [...typing.filter((other) => other !== userId), ...(isTyping ? [userId] : [])]);
  }

  /** Nothing is lost when this could not be said: nobody waits for it, and it is never said late. */
  #told(saying: Promise<void>): void {
    saying.catch(() => undefined);
  }
}
