import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';

import { DialogFrame } from '../design/dialog-frame';
import { Field } from '../design/field';
import { People } from '../keyring/people';
import { refusalWords } from '../keyring/refusal-words';
import type { Outcome } from '../keyring/views';
import { dateAndTime, dateOnly, timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';
import { inFigures } from '../platform/words/plural';
import { AdjustForm } from './adjust-form';
import { adminWords } from './admin-words';
import { AppointForm } from './appoint-form';
import type { Account } from './data/accounts';
import { DeleteForm } from './delete-form';
import { ReasonField } from './reason-field';

const DAY_MS = 86_400_000;

export interface AccountSheet {
  readonly account: Account;
  /** Something about the account is other than the table says. */
  readonly changed: () => void;
}

/** One account: who it is, whether it is closed, and the way to start fresh for somebody who lost everything. */
@Component({
  selector: 'sc-account-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [AdjustForm, AppointForm, DeleteForm, DialogFrame, Field, ReasonField],
  templateUrl: './account-dialog.html',
  styleUrl: './account-dialog.scss',
})
export class AccountDialog {
  protected readonly frame = inject(WORDS);
  protected readonly words = adminWords.account;
  protected readonly table = adminWords;
  readonly #people = inject(People);
  readonly #sheet = inject<AccountSheet>(MAT_DIALOG_DATA);
  protected readonly account = this.#sheet.account;

  protected readonly ends = [
    { name: this.words.ends.day, ms: DAY_MS },
    { name: this.words.ends.week, ms: 7 * DAY_MS },
    { name: this.words.ends.month, ms: 30 * DAY_MS },
    { name: this.words.ends.never, ms: null },
  ];
  protected readonly end = signal(0);
  protected readonly ban = signal(this.account.ban);
  protected readonly code = signal<{ readonly code: string; readonly expiresAtMs: number } | null>(null);
  protected readonly error = signal('');
  protected readonly refusal = signal('');
  protected readonly said = signal('');
  protected readonly isActing = signal(false);
  protected readonly adjust = adminWords.adjust;
  protected readonly deletion = adminWords.deletion;
  protected readonly appointment = adminWords.appointment;
  protected readonly isDeleted = signal(false);
  protected readonly isAdmin = signal(this.account.role === 'admin');
  /** null while nobody knows. */
  protected readonly credits = signal(this.account.credits === null ? null : inFigures(this.account.credits));
  protected readonly day = dateOnly;
  protected readonly moment = dateAndTime;

  protected async close(reason: string): Promise<void> {
    const chosen = this.ends[this.end()]?.ms ?? null;
    const ban = { reason, untilMs: chosen === null ? null : Date.now() + chosen };
    if (!(await this.#act(reason, () => this.#people.ban(this.account.userId, ban)))) return;
    this.ban.set(ban);
    this.said.set(this.words.closed);
  }

  protected async open(reason: string): Promise<void> {
    if (!(await this.#act(reason, () => this.#people.unban(this.account.userId, reason)))) return;
    this.ban.set(null);
    this.said.set(this.words.opened);
  }

  protected adjusted(available: number): void {
    this.credits.set(inFigures(available));
    this.#sheet.changed();
  }

  protected appointed(said: string): void {
    this.isAdmin.set(true);
    this.said.set(said);
    this.#sheet.changed();
  }

  protected deleted(): void {
    this.isDeleted.set(true);
    this.said.set(this.deletion.done);
    this.#sheet.changed();
  }

  protected async makeCode(): Promise<void> {
    if (this.isActing()) return;
    this.isActing.set(true);
    this.refusal.set('');
    const made = await this.#people.makeResetCode(this.account.userId).finally(() => this.isActing.set(false));
    if (made.ok) this.code.set(made.value);
    else this.refusal.set(refusalWords(made, timeFromNow));
  }

  async #act(reason: string, act: () => Promise<Outcome<null>>): Promise<boolean> {
    if (this.isActing()) return false;
    this.said.set('');
    this.refusal.set('');
    if (reason === '') {
      this.error.set(this.words.reasonBad);
      document.getElementById('account-reason')?.focus();
      return false;
    }
    this.isActing.set(true);
    const outcome = await act().finally(() => this.isActing.set(false));
    if (outcome.ok) this.#sheet.changed();
    else this.refusal.set(refusalWords(outcome, timeFromNow));
    return outcome.ok;
  }
}
