import { DOCUMENT, effect, inject, Injectable } from '@angular/core';
import { Router } from '@angular/router';

import { Arrivals } from '../keyring/arrivals';
import { Calls } from '../keyring/calls';
import { Conversations } from '../keyring/conversations';
import type { MessageView } from '../keyring/views';
import { Notifications } from '../platform/notifications';
import { WORDS } from '../platform/words/words';

const CALL_TAG = 'call';

/**
 * Tells who is looking elsewhere that somebody wrote or calls: a name, never a word of what was written, because the system keeps what it
 * shows. Strangers tell nothing before one has talked with them.
 */
@Injectable({ providedIn: 'root' })
export class Alerts {
  readonly #words = inject(WORDS).alerts;
  readonly #notifications = inject(Notifications);
  readonly #conversations = inject(Conversations);
  readonly #router = inject(Router);

  constructor() {
    inject(Arrivals).listen((message) => {
      this.#arrived(message);
    });
    const calls = inject(Calls);
    effect(() => {
      const call = calls.call();
      if (call?.phase === 'ringing' && !call.outgoing) this.#rings(call.name);
      else this.#notifications.close(CALL_TAG);
    });
    // whoever looks at the page sees it there
    const page = inject(DOCUMENT);
    page.defaultView?.addEventListener('focus', () => {
      this.#notifications.closeAll();
    });
  }

  #arrived({ content, conversationId }: MessageView): void {
    const conversation = this.#conversations.find(conversationId);
    // a call has rung, or is in the chat's own line
    if (conversation?.standing !== 'open' || content.kind === 'call') return;
    this.#notifications.show({
      tag: conversationId,
      title: conversation.peer.username,
      body: this.#words.message,
      chosen: () => void this.#router.navigate(['/chats', conversationId]),
    });
  }

  #rings(name: string): void {
    this.#notifications.show({ tag: CALL_TAG, title: name, body: this.#words.calls, chosen: () => undefined });
  }
}
