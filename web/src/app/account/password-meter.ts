import { ChangeDetectionStrategy, Component, computed, effect, inject, input, output, resource } from '@angular/core';

import { WORDS } from '../platform/words/words';
import { measureStrength, STRENGTH_FLOOR } from './password-strength';

/** How strong the password is against the floor: in bars here, in words to whoever places them. */
@Component({
  selector: 'sc-password-meter',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="bars" aria-hidden="true" [class.strong]="isStrong()">
      @for (bar of bars; track bar) {
        <span [class.full]="password() !== '' && strength() >= bar"></span>
      }
    </div>
  `,
  styles: `
    :host {
      display: block;
    }
    .bars {
      display: grid;
      grid-template-columns: repeat(4, 1fr);
      gap: var(--space-1);
    }
    span {
      block-size: 4px;
      border-radius: 2px;
      background: var(--surface-2);
      transition: background-color var(--calm) var(--ease);
    }
    .full {
      background: var(--muted);
    }
    .strong .full {
      background: var(--accent);
    }
  `,
})
export class PasswordMeter {
  readonly password = input.required<string>();
  /** Words that a guesser knows about this person. */
  readonly personal = input.required<readonly string[]>();
  readonly strong = output<boolean>();
  /** The strength in words; nothing while nothing was typed. */
  readonly said = output<string>();

  protected readonly words = inject(WORDS);
  protected readonly bars = [1, 2, 3, 4];
  readonly #measured = resource({
    // nothing is asked, and no list loaded, before something was typed
    params: () => (this.password() === '' ? undefined : { password: this.password(), personal: this.personal() }),
    loader: async ({ params }) => ({
      password: params.password,
      strength: await measureStrength(params.password, params.personal),
    }),
  });
  protected readonly strength = computed(() => (this.#measured.hasValue() ? this.#measured.value().strength : 0));
  /** Strong, and measured for what stands in the field now. */
  protected readonly isStrong = computed(
    () =>
      this.#measured.hasValue() &&
      this.#measured.value().password === this.password() &&
      this.strength() >= STRENGTH_FLOOR,
  );
  readonly #line = computed(() => {
    if (this.password() === '') return '';
    if (!this.#measured.hasValue()) return this.words.strength.measuring;
    const level = this.words.strength.levels[this.strength()] ?? '';
    return this.isStrong() ? level : `${level}. ${this.words.strength.floor}`;
  });

  constructor() {
    effect(() => this.strong.emit(this.isStrong()));
    effect(() => this.said.emit(this.#line()));
  }
}
