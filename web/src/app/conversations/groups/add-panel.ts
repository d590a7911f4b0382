import { ChangeDetectionStrategy, Component, computed, inject, input, output, signal, viewChild } from '@angular/core';

import type { OpenGroup } from '../../keyring/open-group';
import { refusalWords } from '../../keyring/refusal-words';
import type { GroupView } from '../../keyring/views';
import { timeFromNow } from '../../platform/dates';
import { listOf } from '../../platform/words/plural';
import { WORDS } from '../../platform/words/words';
import { NameChips } from './name-chips';

const MEMBERS_MAX = 256;

/** Adds people one after the other; whoever cannot be added stays here with the reason. */
@Component({
  selector: 'sc-add-panel',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [NameChips],
  template: `
    <form class="stack" (submit)="$event.preventDefault(); add()">
      <p class="muted">{{ words.groups.addText }}</p>
      <sc-name-chips [label]="words.groups.people" [room]="room()" [present]="present()" />
      <div class="acts">
        <button type="button" class="button quiet" (click)="stopped.emit()">{{ words.cancel }}</button>
        <button type="submit" class="button primary" [attr.aria-disabled]="isAdding()">
          {{ isAdding() ? words.groups.adding : words.groups.addSubmit(chips().found().length) }}
        </button>
      </div>
    </form>
  `,
  styles: `
    .acts {
      display: flex;
      justify-content: flex-end;
      gap: var(--space-2);
    }
  `,
})
export class AddPanel {
  readonly group = input.required<OpenGroup>();
  readonly view = input.required<GroupView>();
  readonly done = output<string>();
  readonly stopped = output();

  protected readonly words = inject(WORDS);
  protected readonly chips = viewChild.required(NameChips);
  protected readonly isAdding = signal(false);
  protected readonly room = computed(() => MEMBERS_MAX - this.view().members.length);
  protected readonly present = computed(() => new Set(this.view().members.map(({ peer }) => peer.userId)));

  protected async add(): Promise<void> {
    if (this.isAdding()) return;
    this.isAdding.set(true);
    await this.#add().finally(() => this.isAdding.set(false));
  }

  async #add(): Promise<void> {
    const names = await this.chips().settled();
    if (names === null) return;
    if (names.length === 0) {
      this.chips().focus();
      return;
    }
    const added: string[] = [];
    for (const name of names) {
      const outcome = await this.group().add(name);
      if (outcome.ok) {
        added.push(name);
        this.chips().takeOut(name);
      } else this.chips().refuse(name, refusalWords(outcome, timeFromNow));
    }
    if (added.length === names.length) this.done.emit(this.words.groups.added(listOf(added), added.length));
    else this.chips().focus();
  }
}
