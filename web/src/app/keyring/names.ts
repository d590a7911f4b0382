import { effect, inject, Injectable, signal, untracked } from '@angular/core';

import { Conversations } from './conversations';
import { Keyring } from './keyring';
import { Session } from './session';
import type { ConversationId, GroupView, Peer, UserId } from './views';

/** What people are called: whoever one has a chat with, and whoever is or was in a group that was looked at. */
@Injectable({ providedIn: 'root' })
export class Names {
  readonly #keyring = inject(Keyring);
  readonly #session = inject(Session);
  readonly #known = signal<ReadonlyMap<UserId, string>>(new Map());
  readonly #asked = new Set<ConversationId>();
  #asking: Promise<unknown> = Promise.resolve();

  constructor() {
    const conversations = inject(Conversations);
    effect(() => {
      const peers = conversations.all().flatMap(({ kind, peer }) => (kind === 'direct' ? [peer] : []));
      untracked(() => this.learn(peers));
    });
    effect(() => {
      if (this.#session.self() !== null) return;
      this.#known.set(new Map());
      this.#asked.clear();
    });
  }

  /** null: not known here. */
  of(userId: UserId): string | null {
    const self = this.#session.self();
    return userId === self?.userId ? self.username : (this.#known().get(userId) ?? null);
  }

  learnFrom(group: GroupView): void {
    this.learn(group.members.map(({ peer }) => peer));
  }

  /** Asks once, one group after the other, what the members of this one are called. */
  ask(conversationId: ConversationId): void {
    if (this.#asked.has(conversationId)) return;
    this.#asked.add(conversationId);
    this.#asking = this.#asking.then(async () => {
      const group = await this.#keyring.remote.group(conversationId);
      if (group.ok) this.learnFrom(group.value);
    });
  }

  learn(peers: readonly Peer[]): void {
    const known = this.#known();
    const news = peers.filter(({ userId, username }) => known.get(userId) !== username);
    if (news.length === 0) return;
    this.#known.set(new Map([...known, ...news.map(({ userId, username }) => [userId, username] as const)]));
  }
}
