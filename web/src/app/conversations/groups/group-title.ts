import { ChangeDetectionStrategy, Component, computed, inject, input, output, signal } from '@angular/core';

import { Field } from '../../design/field';
import { Icon } from '../../design/icon';
import { Monogram } from '../../design/monogram';
import type { OpenGroup } from '../../keyring/open-group';
import { refusalWords } from '../../keyring/refusal-words';
import type { GroupView } from '../../keyring/views';
import { timeFromNow } from '../../platform/dates';
import { WORDS } from '../../platform/words/words';
import { focusOn } from './focus-on';
import { groupNameRefusal } from './group-name';

/** The group's name, which those who manage it change here for everyone. */
@Component({
  selector: 'sc-group-title',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Field, Icon, Monogram],
  template: `
    @if (isEditing()) {
      <form (submit)="$event.preventDefault(); save(field.value)" (keydown.escape)="$event.stopPropagation(); stop()">
        <sc-field for="rename" [label]="words.groups.name" [hint]="words.groups.nameHint" [error]="error()">
          <input
            #field
            id="rename"
            class="input"
            type="text"
            autocomplete="off"
            maxlength="200"
            dir="auto"
            aria-describedby="rename-note"
            [attr.aria-invalid]="error() !== ''"
            [value]="view().name"
            (input)="error.set('')"
          />
        </sc-field>
        <div class="acts">
          <button type="button" class="button quiet" (click)="stop()">{{ words.cancel }}</button>
          <button type="submit" class="button primary" [attr.aria-disabled]="isSaving()">
            {{ words.groups.renameSave }}
          </button>
        </div>
      </form>
    } @else {
      <div class="title">
        <sc-monogram [name]="name()" [group]="true" [size]="56" />
        <div class="grow">
          <p class="name" dir="auto">{{ name() }}</p>
          @if (view().ownRole; as role) {
            <p class="muted small">{{ words.groups.ownRoles[role] }}</p>
          }
        </div>
        @if (mayRename()) {
          <button
            type="button"
            class="icon-button rename"
            [attr.aria-label]="words.groups.rename"
            [title]="words.groups.rename"
            (click)="edit()"
          >
            <sc-icon name="edit" />
          </button>
        }
      </div>
    }
  `,
  styles: `
    .title {
      display: flex;
      align-items: center;
      gap: var(--space-4);
    }
    .name {
      font-size: var(--size-l);
      font-weight: 620;
      line-height: 1.3;
      overflow-wrap: anywhere;
    }
    .acts {
      display: flex;
      justify-content: flex-end;
      gap: var(--space-2);
      margin-block-start: var(--space-2);
    }
  `,
})
export class GroupTitle {
  readonly group = input.required<OpenGroup>();
  readonly view = input.required<GroupView>();
  readonly mayRename = input.required<boolean>();
  readonly renamed = output<string>();

  protected readonly words = inject(WORDS);
  protected readonly isEditing = signal(false);
  protected readonly isSaving = signal(false);
  protected readonly error = signal('');
  protected readonly name = computed(() => this.view().name || this.words.groups.unnamed);
  readonly #focus = focusOn();

  protected edit(): void {
    this.error.set('');
    this.isEditing.set(true);
    this.#focus('input');
  }

  protected stop(): void {
    this.isEditing.set(false);
    this.#focus('.rename');
  }

  protected async save(typed: string): Promise<void> {
    const name = typed.trim();
    this.error.set(groupNameRefusal(name, this.words.groups));
    if (this.error() !== '' || this.isSaving()) return;
    if (name === this.view().name) {
      this.stop();
      return;
    }
    this.isSaving.set(true);
    const outcome = await this.group()
      .rename(name)
      .finally(() => this.isSaving.set(false));
    if (!outcome.ok) {
      this.error.set(refusalWords(outcome, timeFromNow));
      return;
    }
    this.stop();
    this.renamed.emit(this.words.groups.renamed);
  }
}
