import { ChangeDetectionStrategy, Component, input, model, output } from '@angular/core';

import { Field } from '../design/field';

/** Why an operator does something: the words stand in the audit log, and whom it concerns reads them. */
@Component({
  selector: 'sc-reason-field',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Field],
  template: `
    <sc-field [for]="for()" [label]="label()" [hint]="hint()" [error]="error()">
      <input
        #control
        class="input"
        type="text"
        autocomplete="off"
        maxlength="500"
        required
        [id]="for()"
        [attr.aria-describedby]="for() + '-note'"
        [attr.aria-invalid]="error() !== ''"
        [value]="reason()"
        (input)="reason.set(control.value); edited.emit()"
      />
    </sc-field>
  `,
})
export class ReasonField {
  /** The id of its control. */
  readonly for = input.required<string>();
  readonly label = input.required<string>();
  readonly hint = input('');
  readonly error = input('');
  readonly reason = model('');
  readonly edited = output();
}
