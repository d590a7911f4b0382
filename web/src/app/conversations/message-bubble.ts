import { NgTemplateOutlet } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { Icon } from '../design/icon';
import type { IconName } from '../design/icons';
import { Monogram, hueOf } from '../design/monogram';
import { Names } from '../keyring/names';
import { refusalWords } from '../keyring/refusal-words';
import type { MessageState, UserId } from '../keyring/views';
import { WallClock } from '../platform/clock';
import { dateAndTime, dayLabel, timeFromNow, timeOfDay } from '../platform/dates';
import { listOf } from '../platform/words/plural';
import { WORDS } from '../platform/words/words';
import { MessageMenu } from './message-menu';
import { MessageText } from './message-text';
import { PastCall } from './past-call';
import { Quote } from './quote';
import type { MessageRow } from './thread-rows';
import { ThreadActions } from './thread-actions';

const SHAPES: Readonly<Record<MessageState, IconName>> = {
  sending: 'sending',
  encrypted: 'encrypted',
  accepted: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  failed: 'failed',
};

/** One message. What was written is a text node and never anything else. */
@Component({
  selector: 'sc-message-bubble',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, MessageMenu, MessageText, Monogram, NgTemplateOutlet, PastCall, Quote],
  templateUrl: './message-bubble.html',
  styleUrl: './message-bubble.scss',
  host: {
    '[class.own]': 'message().outgoing',
    '[class.opens]': 'row().opens',
    '[class.grouped]': 'isGroup() && !message().outgoing',
    '[style.--hue]': 'isGroup() ? hue() : null',
    '[class.closes]': 'row().closes',
    '[attr.data-message]': 'message().messageId',
    '[attr.data-state]': 'message().state',
    '[attr.data-kind]': 'message().content.kind',
  },
})
export class MessageBubble {
  readonly row = input.required<MessageRow>();
  /** The other person's, or the group's. */
  readonly with = input.required<string>();
  readonly isGroup = input(false);

  protected readonly words = inject(WORDS);
  protected readonly actions = inject(ThreadActions);
  readonly #clock = inject(WallClock);
  readonly #names = inject(Names);

  protected readonly message = computed(() => this.row().message);
  /** The author's. */
  protected readonly name = computed(() => this.nameOf(this.message().sender));
  protected readonly hue = computed(() => hueOf(this.name()));
  protected readonly day = computed(() => {
    const { day } = this.row();
    return day === null ? '' : dayLabel(day, this.#clock.nowMs());
  });
  protected readonly time = computed(() => timeOfDay(this.message().sentAtMs));
  protected readonly moment = computed(() => dateAndTime(this.message().sentAtMs));
  protected readonly shape = computed(() => SHAPES[this.message().state]);
  /** In a group, what one member has signed says nothing of the others. */
  protected readonly state = computed(() => {
    const { groups, thread } = this.words;
    const { state } = this.message();
    return this.isGroup() && (state === 'delivered' || state === 'read') ? groups.states[state] : thread.states[state];
  });
  protected readonly editedAt = computed(() => {
    const { editedAtMs } = this.message();
    return editedAtMs === null ? '' : dateAndTime(editedAtMs);
  });
  protected readonly reactions = computed(() =>
    this.message().reactions.map(({ symbol, senders }) => {
      const isOwn = senders.some((sender) => this.actions.isOwn(sender));
      const { groups, talk } = this.words;
      const names = senders.map((sender) => (this.actions.isOwn(sender) ? groups.you : this.nameOf(sender)));
      const label = this.isGroup()
        ? groups.reactedBy(symbol, listOf(names))
        : talk.reactedBy(symbol, senders.length, isOwn);
      return { symbol, count: senders.length, isOwn, label };
    }),
  );
  protected readonly reason = computed(() => {
    const { refusal } = this.message();
    if (refusal === 'peer-keys-changed' && this.isGroup()) return this.words.groups.failedKeys;
    return refusal === null ? '' : refusalWords({ code: refusal }, timeFromNow);
  });

  protected nameOf(userId: UserId): string {
    return this.isGroup() ? (this.#names.of(userId) ?? this.words.groups.formerMember) : this.with();
  }
}
