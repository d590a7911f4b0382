import { ChangeDetectionStrategy, Component, inject, input, model, signal } from '@angular/core';

import { Field } from '../design/field';
import { Icon } from '../design/icon';
import { WORDS } from '../platform/words/words';
import { PasswordMeter } from './password-meter';

/** A password that is to be: it can be looked at, and is measured while it is typed. */
@Component({
  selector: 'sc-new-password-field',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Field, Icon, PasswordMeter],
  template: `
    <sc-field [for]="for()" [label]="label()" [hint]="strength() || hint()" [error]="error()">
      <div class="with-button">
        <input
          #control
          class="input"
          autocomplete="new-password"
          autocapitalize="none"
          spellcheck="false"
          required
          [id]="for()"
          [type]="isShown() ? 'text' : 'password'"
          [attr.aria-describedby]="for() + '-note'"
          [attr.aria-invalid]="error() !== ''"
          [value]="password()"
          (input)="password.set(control.value)"
        />
        <button
          type="button"
          class="icon-button"
          [attr.aria-label]="isShown() ? words.signUp.hidePassword : words.signUp.showPassword"
          (click)="isShown.set(!isShown())"
        >
          <sc-icon [name]="isShown() ? 'hide' : 'show'" />
        </button>
      </div>
      <sc-password-meter
        [password]="password()"
        [personal]="personal()"
        (strong)="isStrong.set($event)"
        (said)="strength.set($event)"
      />
    </sc-field>
  `,
  styles: `
    .with-button {
      position: relative;
    }
    .input {
      padding-inline-end: 48px;
    }
    .icon-button {
      position: absolute;
      inset-block: 0;
      inset-inline-end: 2px;
      margin-block: auto;
    }
  `,
})
export class NewPasswordField {
  protected readonly words = inject(WORDS);
  readonly for = input('next');
  readonly label = input.required<string>();
  readonly hint = input('');
  readonly error = input('');
  /** What a guesser would try first. */
  readonly personal = input.required<readonly string[]>();
  readonly password = model.required<string>();
  readonly isStrong = model.required<boolean>();

  protected readonly isShown = signal(false);
  protected readonly strength = signal('');
}
