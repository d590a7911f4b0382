import { inject, Injectable } from '@angular/core';

import { pastCallWords } from '../keyring/past-call-words';
import { Arrivals } from '../keyring/arrivals';
import { Conversations } from '../keyring/conversations';
import { Names } from '../keyring/names';
import type { MessageView } from '../keyring/views';
import { type Announced, Announcer } from '../platform/announcer';
import { WORDS } from '../platform/words/words';

const HEARD_MAX = 200;

/** Tells those who hear the page what arrives: one message by its words, several by their number. */
@Injectable({ providedIn: 'root' })
export class ArrivalVoice {
  readonly #words = inject(WORDS).arrivals;
  readonly #announcer = inject(Announcer);
  readonly #conversations = inject(Conversations);
  readonly #names = inject(Names);
  readonly #groups = inject(WORDS).groups;

  constructor() {
    inject(Arrivals).listen((message) => {
      const announced = { group: this.#nameOf(message), text: this.#textOf(message) };
      this.#announcer.add(announced, (waiting) => this.#summary(waiting));
    });
  }

  #summary(waiting: readonly Announced[]): string {
    const names = new Set(waiting.map(({ group }) => group));
    const first = waiting[0];
    if (waiting.length === 1 && first !== undefined) return this.#words.one(first.group, first.text);
    return names.size === 1 && first !== undefined
      ? this.#words.many(waiting.length, first.group)
      : this.#words.several(waiting.length, names.size);
  }

  #nameOf(message: MessageView): string {
    const conversation = this.#conversations.find(message.conversationId);
    const name = conversation?.peer.username ?? '';
    if (conversation?.kind !== 'group') return name;
    return this.#groups.arrived(this.#names.of(message.sender) ?? this.#groups.formerMember, name);
  }

  #textOf(message: MessageView): string {
    const { content } = message;
    if (content.kind === 'call') return pastCallWords(message);
    return content.kind === 'text' ? content.body.slice(0, HEARD_MAX) : this.#words.hidden;
  }
}
