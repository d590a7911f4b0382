import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogClose } from '@angular/material/dialog';

import { DialogFrame } from '../design/dialog-frame';
import { Field } from '../design/field';
import { Owner } from '../keyring/owner';
import { refusalWords } from '../keyring/refusal-words';
import { Session } from '../keyring/session';
import { timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';
import { NewPasswordField } from './new-password-field';

/** A new password, and new keys as well where somebody else may know the old one. */
@Component({
  selector: 'sc-password-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DialogFrame, Field, MatDialogClose, NewPasswordField],
  templateUrl: './password-dialog.html',
  styleUrl: './recovery-dialog.scss',
})
export class PasswordDialog {
  protected readonly words = inject(WORDS);
  readonly #owner = inject(Owner);
  readonly #changed = inject<() => void>(MAT_DIALOG_DATA);
  protected readonly personal = [inject(Session).self()?.username ?? ''];

  protected readonly current = signal('');
  protected readonly next = signal('');
  protected readonly known = signal(false);
  protected readonly isStrong = signal(false);
  protected readonly errors = signal({ current: '', next: '' });
  protected readonly phase = signal<'asking' | 'working' | 'done'>('asking');

  protected async change(): Promise<void> {
    if (this.phase() !== 'asking') return;
    if (!this.isStrong()) {
      this.errors.set({ current: '', next: this.words.owner.failedMeter });
      return;
    }
    this.phase.set('working');
    this.errors.set({ current: '', next: '' });
    const input = { current: this.current(), next: this.next(), known: this.known() };
    const outcome = await this.#owner.changePassword(input).catch((error: unknown) => {
      this.phase.set('asking');
      throw error;
    });
    if (outcome.ok) {
      this.current.set('');
      this.next.set('');
      this.phase.set('done');
      this.#changed();
      return;
    }
    this.phase.set('asking');
    const said = refusalWords(outcome, timeFromNow);
    this.errors.set(outcome.code === 'password-too-weak' ? { current: '', next: said } : { current: said, next: '' });
  }
}
