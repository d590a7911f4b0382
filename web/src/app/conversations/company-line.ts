import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { Company } from '../keyring/company';
import { Names } from '../keyring/names';
import type { ConversationView } from '../keyring/views';
import { WallClock } from '../platform/clock';
import { listTime } from '../platform/dates';
import { listOf } from '../platform/words/plural';
import { WORDS } from '../platform/words/words';

const NAMED = 2;

/**
 * Below the name: who types; else of one person that they are there or when they last were, of a group how many they are. Empty while nothing
 * is told.
 */
@Component({
  selector: 'sc-company-line',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (typing(); as typing) {
      <span class="typing">{{ typing }}</span>
    } @else if (conversation().group; as group) {
      <span class="figures">{{ words.groups.members(group.memberCount) }}</span>
    } @else if (told(); as told) {
      <span class="figures" [title]="words.talk.presenceNote">{{ told }}</span>
    }
  `,
  styles: `
    :host {
      display: block;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
      color: var(--muted);
      font-size: var(--size-s);
      line-height: 1.3;
    }
    .typing {
      color: var(--accent);
    }
  `,
})
export class CompanyLine {
  readonly conversation = input.required<ConversationView>();
  protected readonly words = inject(WORDS);
  readonly #company = inject(Company);
  readonly #names = inject(Names);
  readonly #clock = inject(WallClock);

  protected readonly typing = computed(() => {
    const typing = this.#company.typing();
    const { groups, talk } = this.words;
    if (typing.length === 0) return '';
    if (this.conversation().kind === 'direct') return talk.typing;
    const names = typing.slice(0, NAMED).map((userId) => this.#names.of(userId) ?? groups.formerMember);
    const more = typing.length - names.length;
    return groups.typing(listOf(more === 0 ? names : [...names, groups.others(more)]), typing.length);
  });
  protected readonly told = computed(() => {
    const presence = this.#company.presence();
    if (presence?.online === true) return this.words.talk.online;
    const lastSeenAtMs = presence?.lastSeenAtMs ?? null;
    return lastSeenAtMs === null ? '' : this.words.talk.lastSeen(listTime(lastSeenAtMs, this.#clock.nowMs()));
  });
}
