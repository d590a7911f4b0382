import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  effect,
  inject,
  signal,
  untracked,
} from '@angular/core';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';

import { DialogFrame } from '../../design/dialog-frame';
import { Icon } from '../../design/icon';
import { Skeleton } from '../../design/skeleton';
import type { OpenGroup } from '../../keyring/open-group';
import { refusalWords } from '../../keyring/refusal-words';
import type { UserId } from '../../keyring/views';
import { timeFromNow } from '../../platform/dates';
import { WORDS } from '../../platform/words/words';
import { AddPanel } from './add-panel';
import { GroupOverview } from './group-overview';
import { LeavePanel } from './leave-panel';
import { MemberPanel } from './member-panel';
import { focusOn } from './focus-on';

export interface GroupSheetData {
  readonly group: OpenGroup;
  /** The member to begin with. */
  readonly at: UserId | null;
}

type Panel = { readonly kind: 'overview' | 'add' | 'leave' } | { readonly kind: 'member'; readonly userId: UserId };

/** Everything about a group in one place: its members and their keys, its code, and what one may do. One panel at a time. */
@Component({
  selector: 'sc-group-sheet',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [AddPanel, DialogFrame, GroupOverview, Icon, LeavePanel, MemberPanel, Skeleton],
  template: `
    <sc-dialog-frame [heading]="heading()" [closeLabel]="words.close">
      @if (panel().kind !== 'overview') {
        <button lead type="button" class="icon-button back" [attr.aria-label]="words.groups.back" (click)="back()">
          <sc-icon name="back" />
        </button>
      }
      @if (group.view(); as view) {
        @let at = panel();
        <p class="heard said" role="status">{{ said() }}</p>
        @switch (at.kind) {
          @case ('overview') {
            <sc-group-overview
              [group]="group"
              [view]="view"
              (member)="show({ kind: 'member', userId: $event })"
              (add)="show({ kind: 'add' })"
              (leave)="show({ kind: 'leave' })"
              (done)="said.set($event)"
            />
          }
          @case ('member') {
            @if (member(); as member) {
              <sc-member-panel [group]="group" [member]="member" [ownRole]="view.ownRole" />
            }
          }
          @case ('add') {
            <sc-add-panel [group]="group" [view]="view" (done)="back($event)" (stopped)="back()" />
          }
          @case ('leave') {
            <sc-leave-panel [group]="group" [view]="view" (stay)="back()" />
          }
        }
      } @else if (group.refused(); as refused) {
        <div role="alert" class="stack">
          <p>{{ wordsOf(refused) }}</p>
          <button type="button" class="button" (click)="group.reload()">{{ words.tryAgain }}</button>
        </div>
      } @else {
        <p class="heard" role="status">{{ words.groups.loading }}</p>
        <div class="stack">
          <sc-skeleton width="40%" height="20px" />
          <sc-skeleton height="96px" />
          <sc-skeleton height="44px" />
          <sc-skeleton height="44px" />
        </div>
      }
    </sc-dialog-frame>
  `,
  styles: `
    .back {
      margin-inline-start: -10px;
    }
  `,
})
export class GroupSheet {
  protected readonly words = inject(WORDS);
  readonly #data = inject<GroupSheetData>(MAT_DIALOG_DATA);
  protected readonly group = this.#data.group;

  readonly #panel = signal<Panel>(
    this.#data.at === null ? { kind: 'overview' } : { kind: 'member', userId: this.#data.at },
  );
  /** What was done, for those who hear the page. */
  protected readonly said = signal('');
  protected readonly member = computed(() => {
    const panel = this.#panel();
    return panel.kind === 'member'
      ? this.group.view()?.members.find(({ peer }) => peer.userId === panel.userId)
      : undefined;
  });
  /** A member who is gone has no panel. */
  protected readonly panel = computed<Panel>(() =>
    this.#panel().kind === 'member' && this.member() === undefined && this.group.view() !== null
      ? { kind: 'overview' }
      : this.#panel(),
  );
  protected readonly heading = computed(() => {
    const { groups } = this.words;
    const name = this.group.view()?.name ?? '';
    switch (this.panel().kind) {
      case 'overview':
        return groups.about;
      case 'member':
        return this.member()?.peer.username ?? '';
      case 'add':
        return groups.add;
      case 'leave':
        return groups.leaveTitle(name === '' ? groups.unnamed : name);
    }
  });
  protected readonly wordsOf = (refused: Parameters<typeof refusalWords>[0]) => refusalWords(refused, timeFromNow);

  readonly #focus = focusOn();

  /** Who was looked at last, by the name they had. */
  #lookedAt: { readonly userId: UserId; readonly name: string } | null = null;

  constructor() {
    inject(DestroyRef).onDestroy(this.group.lookClosely());
    effect(() => {
      const panel = this.#panel();
      const member = this.member();
      if (panel.kind !== 'member') return;
      if (member !== undefined) this.#lookedAt = { userId: panel.userId, name: member.peer.username };
      else if (this.group.view() !== null && this.#lookedAt?.userId === panel.userId) {
        // whoever removed them, and whether the answer or the log's news came first
        const said = this.words.groups.removed(this.#lookedAt.name);
        untracked(() => this.back(said));
      }
    });
  }

  protected show(panel: Panel): void {
    this.said.set('');
    this.#panel.set(panel);
    this.#focus('.back');
  }

  protected back(done = ''): void {
    const panel = this.#panel();
    this.#panel.set({ kind: 'overview' });
    this.said.set(done);
    this.#focus(
      panel.kind === 'member' ? `[data-member="${panel.userId}"]` : `[data-opens="${panel.kind}"]`,
      '[data-opens]',
    );
  }
}
