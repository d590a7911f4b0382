import { computed, effect, inject, Injectable, signal } from '@angular/core';

import { aboutName } from './about-name';
import { Keyring } from './keyring';
import { Session } from './session';
import type { ConversationId, ConversationView, Outcome, Peer, Standing } from './views';

/** All conversations of whoever is signed in, newest first, live. */
@Injectable({ providedIn: 'root' })
export class Conversations {
  readonly #keyring = inject(Keyring);
  readonly #byId = new Map<ConversationId, ConversationView>();
  /** Counts changes of the map: ten thousand conversations are not copied for one that changed. */
  readonly #revision = signal(0);
  readonly #loaded = signal(false);

  /** False until the list has come for the first time. */
  readonly loaded = this.#loaded.asReadonly();
  readonly all = computed<readonly ConversationView[]>(() => {
    this.#revision();
    return [...this.#byId.values()].sort((one, other) => other.lastAtMs - one.lastAtMs);
  });
  readonly unread = computed(() => this.all().reduce((sum, { unread }) => sum + unread, 0));

  constructor() {
    const session = inject(Session);
    this.#keyring.on('conversation', ({ conversation }) => this.#put([conversation]));
    effect(() => {
      if (session.self() === null) this.#clear();
      else void this.#load();
    });
  }

  find(conversationId: string): ConversationView | undefined {
    this.#revision();
    return this.#byId.get(conversationId as ConversationId);
  }

  /** Opens the conversation with the user of exactly this name. */
  async open(username: string): Promise<Outcome<ConversationView>> {
    const outcome = aboutName(await this.#keyring.remote.openConversation(username));
    if (outcome.ok) this.#put([outcome.value]);
    return outcome;
  }

  /** Begins a group with these people, by exact username. */
  async openGroup(name: string, usernames: readonly string[]): Promise<Outcome<ConversationView>> {
    const outcome = aboutName(await this.#keyring.remote.createGroup(name, usernames));
    if (outcome.ok) this.#put([outcome.value]);
    return outcome;
  }

  /** The person has looked at the change of keys and goes on with the new ones. */
  async acceptNewKeys(conversation: ConversationView): Promise<Outcome<Peer>> {
    const outcome = await this.#keyring.remote.acceptNewKeys(conversation.peer.userId);
    if (outcome.ok) this.#put([{ ...conversation, peer: outcome.value, held: false }]);
    return outcome;
  }

  /** Takes a message request: what was written is shown from now on. */
  acceptRequest(conversation: ConversationView): Promise<Outcome<null>> {
    return this.#stand(conversation, 'open', this.#keyring.remote.acceptRequest(conversation.conversationId));
  }

  /** Nothing of theirs is shown any more, on all devices. They are not told. */
  block(conversation: ConversationView): Promise<Outcome<null>> {
    return this.#stand(conversation, 'blocked', this.#keyring.remote.block(conversation.peer.userId));
  }

  unblock(conversation: ConversationView): Promise<Outcome<null>> {
    return this.#stand(conversation, 'open', this.#keyring.remote.unblock(conversation.peer.userId));
  }

  async #stand(
    { conversationId }: ConversationView,
    standing: Standing,
    asked: Promise<Outcome<null>>,
  ): Promise<Outcome<null>> {
    const outcome = await asked;
    const conversation = this.#byId.get(conversationId);
    if (outcome.ok && conversation !== undefined) this.#put([{ ...conversation, standing }]);
    return outcome;
  }

  async #load(): Promise<void> {
    const conversations = await this.#keyring.remote.conversations();
    this.#put(conversations);
    this.#loaded.set(true);
  }

  #put(conversations: readonly ConversationView[]): void {
    for (const conversation of conversations) this.#byId.set(conversation.conversationId, conversation);
    this.#revision.update((revision) => revision + 1);
  }

  #clear(): void {
    this.#byId.clear();
    this.#loaded.set(false);
    this.#revision.update((revision) => revision + 1);
  }
}
