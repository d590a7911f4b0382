import { ChangeDetectionStrategy, Component, computed, inject, input, model } from '@angular/core';

import { Field } from '../design/field';
import { WORDS } from '../platform/words/words';

/** The name by which an account is found, as password managers know it. */
@Component({
  selector: 'sc-username-field',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Field],
  template: `
    <sc-field for="username" [label]="words.logIn.username" [hint]="hint()" [error]="error()">
      <input
        #control
        id="username"
        class="input"
        name="username"
        type="text"
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
        required
        [attr.aria-describedby]="note()"
        [attr.aria-invalid]="isWrong() || error() !== ''"
        [value]="username()"
        (input)="username.set(control.value)"
      />
    </sc-field>
  `,
})
export class UsernameField {
  readonly username = model.required<string>();
  readonly hint = input('');
  readonly error = input('');
  /** What was entered is refused, and the words for it stand elsewhere. */
  readonly isWrong = input(false);
  /** The id of those words. */
  readonly refusedBy = input<string | null>(null);
  protected readonly words = inject(WORDS);
  protected readonly note = computed(
    () => this.refusedBy() ?? (this.hint() !== '' || this.error() !== '' ? 'username-note' : null),
  );
}
