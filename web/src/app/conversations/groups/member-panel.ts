import { NgTemplateOutlet } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, inject, input, linkedSignal, signal } from '@angular/core';
import { MatRadioModule } from '@angular/material/radio';

import { Monogram } from '../../design/monogram';
import type { OpenGroup } from '../../keyring/open-group';
import { refusalWords } from '../../keyring/refusal-words';
import type { GroupMember, GroupRole, Outcome } from '../../keyring/views';
import { dateOnly, timeFromNow } from '../../platform/dates';
import { WORDS } from '../../platform/words/words';
import { TrustSection } from '../trust-section';
import { focusOn } from './focus-on';
import { mayRemove, rightsOf } from './group-rights';

/** One member: role, keys, and what one may do. What cannot be taken back is asked once more. */
@Component({
  selector: 'sc-member-panel',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [MatRadioModule, Monogram, NgTemplateOutlet, TrustSection],
  templateUrl: './member-panel.html',
  styleUrl: './member-panel.scss',
})
export class MemberPanel {
  readonly group = input.required<OpenGroup>();
  readonly member = input.required<GroupMember>();
  readonly ownRole = input.required<GroupRole | null>();

  protected readonly words = inject(WORDS);
  protected readonly name = computed(() => this.member().peer.username);
  protected readonly isWritable = computed(() => this.group().view()?.forked !== true);
  protected readonly setsRoles = computed(
    () => this.isWritable() && rightsOf(this.ownRole()).setsRoles && this.member().role !== 'owner',
  );
  protected readonly mayRemove = computed(() => this.isWritable() && mayRemove(this.ownRole(), this.member()));
  protected readonly since = computed(() => this.words.groups.since(dateOnly(this.member().addedAtMs)));
  protected readonly choices = ['member', 'admin'] as const;

  protected readonly asks = signal<'remove' | 'owner' | null>(null);
  protected readonly isActing = signal(false);
  protected readonly error = signal('');
  protected readonly said = signal('');
  /** Shown as chosen while it is asked for, and taken back where it is refused. */
  protected readonly chosen = linkedSignal(() => this.member().role);
  readonly #focus = focusOn();

  protected ask(what: 'remove' | 'owner'): void {
    this.error.set('');
    this.asks.set(what);
    this.#focus('.keep');
  }

  protected keep(): void {
    const asked = this.asks();
    this.asks.set(null);
    this.#focus(`[data-asks="${asked}"]`);
  }

  protected async setRole(role: GroupRole): Promise<void> {
    const { groups } = this.words;
    const name = this.name();
    this.chosen.set(role);
    if (!(await this.#act(() => this.group().setRole(this.member().peer.userId, role)))) {
      this.chosen.set(this.member().role);
      return;
    }
    this.asks.set(null);
    this.said.set(groups.roleSaved(name, groups.roles[role]));
  }

  protected async remove(): Promise<void> {
    await this.#act(() => this.group().remove(this.member().peer.userId));
  }

  protected async accept(): Promise<void> {
    await this.#act(() => this.group().acceptNewKeys(this.member().peer.userId));
  }

  async #act(act: () => Promise<Outcome<unknown>>): Promise<boolean> {
    if (this.isActing()) return false;
    this.isActing.set(true);
    this.error.set('');
    const outcome = await act().finally(() => this.isActing.set(false));
    if (!outcome.ok) this.error.set(refusalWords(outcome, timeFromNow));
    return outcome.ok;
  }
}
