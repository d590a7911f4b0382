import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';

/** Something that is on or off, with the reason below its name. It tells of a turn by the control itself: who cannot follow sets it back. */
@Component({
  selector: 'sc-switch-row',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <label>
      <span class="grow">
        <span class="name">{{ label() }}</span>
        <span class="muted small" [id]="name() + '-note'">{{ hint() }}</span>
      </span>
      <input
        #control
        class="heard"
        type="checkbox"
        role="switch"
        [attr.aria-label]="label()"
        [attr.aria-describedby]="name() + '-note'"
        [checked]="checked()"
        (change)="turned.emit(control)"
      />
      <span class="track" aria-hidden="true"></span>
    </label>
  `,
  styles: `
    label {
      display: flex;
      align-items: center;
      gap: var(--space-4);
      min-block-size: 44px;
      cursor: pointer;
    }
    .name {
      display: block;
      font-weight: 600;
    }
    .track {
      position: relative;
      flex: none;
      inline-size: 40px;
      block-size: 24px;
      border-radius: 12px;
      background: var(--line-strong);
      transition: background-color var(--calm) var(--ease);
    }
    .track::after {
      content: '';
      position: absolute;
      inset-block-start: 3px;
      inset-inline-start: 3px;
      inline-size: 18px;
      block-size: 18px;
      border-radius: 50%;
      background: var(--surface-0);
      transition: inset-inline-start var(--calm) var(--ease);
    }
    input:checked + .track {
      background: var(--accent);
    }
    input:checked + .track::after {
      inset-inline-start: 19px;
    }
    input:focus-visible + .track {
      outline: 2px solid var(--accent);
      outline-offset: 2px;
    }
  `,
})
export class SwitchRow {
  readonly name = input.required<string>();
  readonly label = input.required<string>();
  readonly hint = input.required<string>();
  readonly checked = input.required<boolean>();
  readonly turned = output<HTMLInputElement>();
}
