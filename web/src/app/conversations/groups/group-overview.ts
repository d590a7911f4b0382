import { ChangeDetectionStrategy, Component, computed, inject, input, output, signal } from '@angular/core';

import { Icon } from '../../design/icon';
import { Monogram } from '../../design/monogram';
import type { OpenGroup } from '../../keyring/open-group';
import { Session } from '../../keyring/session';
import type { GroupView, UserId } from '../../keyring/views';
import { WORDS } from '../../platform/words/words';
import { TRUST_SHAPES } from '../trust-shapes';
import { GroupCode } from './group-code';
import { GroupTitle } from './group-title';
import { rightsOf } from './group-rights';

/** From so many on, a field finds one of them. */
const FILTER_FROM = 12;

/** The group: name, code, members, and the ways on from here. */
@Component({
  selector: 'sc-group-overview',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [GroupCode, GroupTitle, Icon, Monogram],
  templateUrl: './group-overview.html',
  styleUrl: './group-overview.scss',
})
export class GroupOverview {
  readonly group = input.required<OpenGroup>();
  readonly view = input.required<GroupView>();
  readonly member = output<UserId>();
  readonly add = output();
  readonly leave = output();
  readonly done = output<string>();

  protected readonly words = inject(WORDS);
  protected readonly shapes = TRUST_SHAPES;
  readonly #session = inject(Session);
  protected readonly search = signal('');
  protected readonly rights = computed(() => rightsOf(this.view().forked ? null : this.view().ownRole));
  protected readonly hasFilter = computed(() => this.view().members.length >= FILTER_FROM);
  protected readonly shown = computed(() => {
    const wanted = this.search().trim().toLowerCase();
    const { members } = this.view();
    return wanted === '' ? members : members.filter(({ peer }) => peer.username.includes(wanted));
  });

  protected isSelf(userId: UserId): boolean {
    return userId === this.#session.self()?.userId;
  }
}
