import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogClose } from '@angular/material/dialog';

import { DialogFrame } from '../design/dialog-frame';
import { Field } from '../design/field';
import { Owner } from '../keyring/owner';
import { refusalWords } from '../keyring/refusal-words';
import type { Outcome } from '../keyring/views';
import { timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';

type Step = 'password' | 'shown' | 'typed-back' | 'done';

/** Makes a recovery key: the password, the key once, the key typed back. It counts only then. */
@Component({
  selector: 'sc-recovery-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DialogFrame, Field, MatDialogClose],
  templateUrl: './recovery-dialog.html',
  styleUrl: './recovery-dialog.scss',
})
export class RecoveryDialog {
  protected readonly words = inject(WORDS);
  readonly #owner = inject(Owner);
  readonly #wasSet = inject<() => void>(MAT_DIALOG_DATA);

  protected readonly step = signal<Step>('password');
  protected readonly key = signal('');
  protected readonly error = signal('');
  protected readonly isAsking = signal(false);
  protected readonly isCopied = signal(false);

  protected async make(password: HTMLInputElement): Promise<void> {
    const outcome = await this.#ask(() => this.#owner.makeRecoveryKey(password.value));
    if (!outcome?.ok) return;
    password.value = '';
    this.key.set(outcome.value);
    this.step.set('shown');
  }

  protected async confirm(typed: string): Promise<void> {
    const outcome = await this.#ask(() => this.#owner.confirmRecoveryKey(typed));
    if (!outcome?.ok) return;
    this.key.set('');
    this.step.set('done');
    this.#wasSet();
  }

  protected typeBack(): void {
    this.error.set('');
    this.step.set('typed-back');
  }

  protected async copy(): Promise<void> {
    await navigator.clipboard.writeText(this.key());
    this.isCopied.set(true);
  }

  protected print(): void {
    window.print();
  }

  async #ask<T>(act: () => Promise<Outcome<T>>): Promise<Outcome<T> | null> {
    if (this.isAsking()) return null;
    this.isAsking.set(true);
    this.error.set('');
    const outcome = await act().finally(() => this.isAsking.set(false));
    if (!outcome.ok) this.error.set(refusalWords(outcome, timeFromNow));
    return outcome;
  }
}
