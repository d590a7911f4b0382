import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';

import { Field } from '../design/field';
import { refusalWords } from '../keyring/refusal-words';
import { Session } from '../keyring/session';
import { timeFromNow } from '../platform/dates';
import { adminWords } from './admin-words';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** The first admin is whoever can read the server's terminal. */
@Component({
  selector: 'sc-claim-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Field],
  template: `
    <form class="column stack" novalidate (submit)="$event.preventDefault(); claim(token.value.trim())">
      <h1>{{ words.claimTitle }}</h1>
      <p class="muted">{{ words.claimText }}</p>
      <sc-field for="token" [label]="words.claimLabel" [hint]="words.claimHint" [error]="error()">
        <input
          #token
          id="token"
          class="input code"
          type="text"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          aria-describedby="token-note"
          [attr.aria-invalid]="error() !== ''"
          (input)="error.set('')"
        />
      </sc-field>
      <button type="submit" class="button primary wide" [attr.aria-disabled]="isClaiming()">
        {{ isClaiming() ? words.claiming : words.claim }}
      </button>
    </form>
  `,
  styles: `
    form {
      padding-block: clamp(var(--space-8), 11vh, 120px) var(--space-8);
    }
  `,
})
export class ClaimForm {
  protected readonly words = adminWords;
  readonly #session = inject(Session);
  protected readonly error = signal('');
  protected readonly isClaiming = signal(false);

  protected async claim(token: string): Promise<void> {
    if (this.isClaiming()) return;
    if (!TOKEN.test(token)) {
      this.error.set(this.words.claimBad);
      return;
    }
    this.isClaiming.set(true);
    const outcome = await this.#session.claimAdmin(token).finally(() => this.isClaiming.set(false));
    if (!outcome.ok) this.error.set(refusalWords(outcome, timeFromNow));
  }
}
