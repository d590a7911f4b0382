import { Injectable, signal } from '@angular/core';

import type { ConversationId } from '../keyring/views';

/** What was typed and not sent, for each conversation. In memory alone: a draft is a secret like any other, and is not written down. */
@Injectable({ providedIn: 'root' })
export class Drafts {
  readonly #drafts = signal<ReadonlyMap<ConversationId, string>>(new Map());

  of(conversationId: ConversationId): string {
    return this.#drafts().get(conversationId) ?? '';
  }

  keep(conversationId: ConversationId, text: string): void {
    if (this.of(conversationId) === text) return;
    this.#drafts.update((drafts) => {
      const kept = new Map(drafts);
      if (text.trim() === '') kept.delete(conversationId);
      else kept.set(conversationId, text);
      return kept;
    });
  }
}
