import { COMMA, ENTER, SPACE } from '@angular/cdk/keycodes';
import {
  ChangeDetectionStrategy,
  Component,
  computed,
  type ElementRef,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { type MatChipInputEvent, MatChipsModule } from '@angular/material/chips';

import { Icon } from '../../design/icon';
import { Monogram } from '../../design/monogram';
import { Groups } from '../../keyring/groups';
import { refusalWords } from '../../keyring/refusal-words';
import type { UserId } from '../../keyring/views';
import { timeFromNow } from '../../platform/dates';
import { WORDS } from '../../platform/words/words';

/** Somebody by exact username, and what came of looking for them. */
interface Named {
  readonly name: string;
  readonly state: 'asking' | 'found' | 'refused';
  readonly why: string;
}

/** Names, one chip each: looked for one after the other, and each with its own reason where it cannot be taken. */
@Component({
  selector: 'sc-name-chips',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, MatChipsModule, Monogram],
  templateUrl: './name-chips.html',
  styleUrl: './name-chips.scss',
})
export class NameChips {
  readonly label = input.required<string>();
  /** At most so many. */
  readonly room = input.required<number>();
  /** Who is in the group already. */
  readonly present = input<ReadonlySet<UserId>>(new Set());

  protected readonly words = inject(WORDS);
  protected readonly separators = [ENTER, COMMA, SPACE];
  readonly #groups = inject(Groups);
  readonly #named = signal<readonly Named[]>([]);
  #asking: Promise<unknown> = Promise.resolve();
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');

  protected readonly named = this.#named.asReadonly();
  protected readonly refused = computed(() => this.#named().filter(({ state }) => state === 'refused'));
  protected readonly isTooMany = computed(() => this.#named().length > this.room());
  /** Said to those who hear the page. */
  protected readonly spoken = computed(() => {
    const last = this.#named().at(-1);
    if (last === undefined || last.state === 'refused') return '';
    return last.state === 'asking' ? this.words.groups.looking(last.name) : this.words.groups.found(last.name);
  });

  /** Names of people who were found. */
  readonly found = computed(() => this.#named().flatMap(({ name, state }) => (state === 'found' ? [name] : [])));

  focus(): void {
    this.field().nativeElement.focus();
  }

  /**
   * Takes what is still in the field, and waits for what is looked for.
   * @returns the names, or null where one of them cannot be taken
   */
  async settled(): Promise<readonly string[] | null> {
    this.#take(this.field().nativeElement.value);
    this.field().nativeElement.value = '';
    await this.#asking;
    const isGood = this.refused().length === 0 && !this.isTooMany();
    if (!isGood) this.focus();
    return isGood ? this.found() : null;
  }

  /** What cannot be taken after all, such as somebody whom the server refuses later. */
  refuse(name: string, why: string): void {
    this.#set({ name, state: 'refused', why });
  }

  protected add({ value, chipInput }: MatChipInputEvent): void {
    this.#take(value);
    chipInput.clear();
  }

  /** Several at once, as they stand in a note. */
  protected paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData('text') ?? '';
    if (!/[\s,;]/.test(text.trim())) return;
    event.preventDefault();
    this.#take(text);
  }

  takeOut(name: string): void {
    this.#named.update((named) => named.filter((other) => other.name !== name));
  }

  #take(text: string): void {
    for (const name of text.toLowerCase().split(/[\s,;]+/)) {
      if (name === '' || this.#named().some((other) => other.name === name)) continue;
      this.#named.update((named) => [...named, { name, state: 'asking', why: '' }]);
      this.#asking = this.#asking.then(() => this.#find(name));
    }
  }

  async #find(name: string): Promise<void> {
    // taken out before its turn
    if (!this.#named().some((other) => other.name === name)) return;
    const outcome = await this.#groups.findUser(name);
    const { groups } = this.words;
    if (!outcome.ok) this.refuse(name, refusalWords(outcome, timeFromNow));
    else if (this.present().has(outcome.value.userId)) this.refuse(name, groups.peopleIn(name));
    else if (outcome.value.trust === 'changed') this.refuse(name, groups.peopleChanged(name));
    else this.#set({ name, state: 'found', why: '' });
  }

  #set(changed: Named): void {
    this.#named.update((named) => named.map((other) => (other.name === changed.name ? changed : other)));
  }
}
