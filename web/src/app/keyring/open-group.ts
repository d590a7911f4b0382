import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';

import { aboutName } from './about-name';
import { Keyring } from './keyring';
import { Names } from './names';
import { Session } from './session';
import type {
  ConversationId,
  ConversationView,
  GroupMember,
  GroupRole,
  GroupView,
  Outcome,
  Peer,
  Refused,
  UserId,
} from './views';

/** The group that is open, as its signed log says, live; empty in a chat of two. Provided by the page that shows it. */
@Injectable()
export class OpenGroup {
  readonly #keyring = inject(Keyring);
  readonly #names = inject(Names);
  readonly #session = inject(Session);
  readonly #view = signal<GroupView | null>(null);
  readonly #refused = signal<Refused | null>(null);
  readonly #hasLeft = signal(false);
  #conversationId: ConversationId | null = null;
  #summary = '';
  /** How many places look at everything of it, and not at the summary alone. */
  #watchers = 0;
  #isAsking = false;
  #isStale = false;

  readonly view = this.#view.asReadonly();
  readonly refused = this.#refused.asReadonly();
  /** By one's own act, on this device, just now. */
  readonly hasLeft = this.#hasLeft.asReadonly();
  readonly others = computed<readonly GroupMember[]>(
    () => this.#view()?.members.filter(({ peer }) => peer.userId !== this.#session.self()?.userId) ?? [],
  );
  /** Members whose keys are others than before, and wait for a person's decision. */
  readonly changed = computed<readonly Peer[]>(() =>
    this.others().flatMap(({ peer }) => (peer.trust === 'changed' ? [peer] : [])),
  );

  constructor() {
    const destroyed = inject(DestroyRef);
    const leave = [
      this.#keyring.on('conversation', ({ conversation }) => {
        const { conversationId, kind, peer } = conversation;
        if (conversationId === this.#conversationId ? this.#watchers > 0 : kind === 'direct' && this.#isNews(peer))
          this.reload();
      }),
      this.#keyring.on('message', ({ message }) => {
        if (message.conversationId === this.#conversationId && this.#names.of(message.sender) === null) this.reload();
      }),
      this.#keyring.on('group-event', ({ event }) => {
        if (event.conversationId === this.#conversationId) this.reload();
      }),
      this.#keyring.on('alarm', ({ alarm }) => {
        if (alarm.code === 'peer-keys-changed' || alarm.conversationId === this.#conversationId) this.reload();
      }),
    ];
    for (const end of leave) destroyed.onDestroy(end);
  }

  /** Looks at this conversation from now on. */
  watch(conversation: ConversationView | null): void {
    const chat = conversation?.kind === 'group' ? conversation : null;
    const summary = JSON.stringify(chat?.group ?? null);
    if (chat?.conversationId === this.#conversationId && summary === this.#summary) return;
    if (chat?.conversationId !== this.#conversationId) {
      this.#view.set(null);
      this.#refused.set(null);
      this.#hasLeft.set(false);
    }
    this.#conversationId = chat?.conversationId ?? null;
    this.#summary = summary;
    this.reload();
  }

  /** Follows everything, such as the code and who has which role, until the function that comes back is called. */
  lookClosely(): () => void {
    this.#watchers++;
    this.reload();
    return () => this.#watchers--;
  }

  add(username: string): Promise<Outcome<GroupView>> {
    return this.#change((id) => this.#keyring.remote.addMember(id, username));
  }

  remove(userId: UserId): Promise<Outcome<GroupView>> {
    return this.#change((id) => this.#keyring.remote.removeMember(id, userId));
  }

  setRole(userId: UserId, role: GroupRole): Promise<Outcome<GroupView>> {
    return this.#change((id) => this.#keyring.remote.setRole(id, userId, role));
  }

  rename(name: string): Promise<Outcome<GroupView>> {
    return this.#change((id) => this.#keyring.remote.renameGroup(id, name));
  }

  async leave(): Promise<Outcome<null>> {
    const id = this.#conversationId;
    if (id === null) return { ok: false, code: 'conversation-unknown' };
    const outcome = await this.#keyring.remote.leaveGroup(id);
    if (outcome.ok && id === this.#conversationId) {
      this.#hasLeft.set(true);
      this.reload();
    }
    return outcome;
  }

  /** The person has looked at the change of a member's keys and goes on with the new ones. */
  async acceptNewKeys(userId: UserId): Promise<Outcome<Peer>> {
    const outcome = await this.#keyring.remote.acceptNewKeys(userId);
    this.reload();
    return outcome;
  }

  /** Asks again; one question at a time, and one more if something has changed meanwhile. */
  reload(): void {
    this.#isStale = true;
    if (!this.#isAsking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    try {
      while (this.#isStale && this.#conversationId !== null) {
        this.#isStale = false;
        const id = this.#conversationId;
        const outcome = await this.#keyring.remote.group(id);
        if (id === this.#conversationId) this.#take(outcome);
      }
    } finally {
      this.#isAsking = false;
    }
  }

  async #change(act: (id: ConversationId) => Promise<Outcome<GroupView>>): Promise<Outcome<GroupView>> {
    const id = this.#conversationId;
    if (id === null) return { ok: false, code: 'conversation-unknown' };
    const outcome = aboutName(await act(id));
    if (outcome.ok && id === this.#conversationId) this.#take(outcome);
    return outcome;
  }

  #take(outcome: Outcome<GroupView>): void {
    this.#refused.set(outcome.ok ? null : outcome);
    if (!outcome.ok) return;
    this.#view.set(outcome.value);
    this.#names.learnFrom(outcome.value);
  }

  #isNews({ userId, trust }: Peer): boolean {
    const member = this.#view()?.members.find(({ peer }) => peer.userId === userId);
    return member !== undefined && member.peer.trust !== trust;
  }
}
