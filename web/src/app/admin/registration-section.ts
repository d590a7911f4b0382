import { ChangeDetectionStrategy, Component, computed, inject, linkedSignal, resource, signal } from '@angular/core';

import { refusalWords } from '../keyring/refusal-words';
import { Registration, type RegistrationState } from '../keyring/registration';
import type { Outcome } from '../keyring/views';
import { timeFromNow } from '../platform/dates';
import { adminWords } from './admin-words';
import { ReasonField } from './reason-field';

/** Whether new accounts are made, and the way to decide otherwise. */
@Component({
  selector: 'sc-registration-section',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ReasonField],
  template: `
    <h2>{{ words.title }}</h2>
    @if (state(); as now) {
      <p class="said" role="status">{{ words.now[now.mode] }}</p>
      @if (now.isFixed) {
        <p class="small muted">{{ words.fixed }}</p>
      } @else if (isAsking()) {
        <form novalidate (submit)="$event.preventDefault(); decide(now, reasonField.reason().trim())">
          <sc-reason-field
            #reasonField
            for="registration-reason"
            [label]="words.reason"
            [hint]="words.reasonHint"
            [error]="error()"
            (edited)="clear()"
          />
          <div class="acts">
            <button type="submit" class="button" [attr.aria-disabled]="isActing()">{{ words.change[now.mode] }}</button>
            <button type="button" class="button quiet" (click)="isAsking.set(false)">{{ words.leave }}</button>
          </div>
        </form>
      } @else {
        <button type="button" class="button" (click)="ask()">{{ words.change[now.mode] }}</button>
      }
    } @else if (!refusal()) {
      <p class="small muted" role="status">{{ words.loading }}</p>
    }
    @if (refusal()) {
      <p class="error" role="alert">{{ refusal() }}</p>
      @if (state() === null) {
        <button type="button" class="button" (click)="again()">{{ retry }}</button>
      }
    }
  `,
  styles: `
    :host {
      display: grid;
      justify-items: start;
      gap: var(--space-2);
      max-inline-size: 560px;
      padding: var(--space-8) var(--space-6) 0;
    }
    h2 {
      font-size: var(--size-m);
    }
    form {
      display: grid;
      gap: var(--space-4);
      inline-size: 100%;
    }
    .acts {
      display: flex;
      gap: var(--space-2);
    }
  `,
})
export class RegistrationSection {
  protected readonly words = adminWords.registration;
  protected readonly retry = adminWords.retry;
  readonly #registration = inject(Registration);
  readonly #asked = resource({ loader: async (): Promise<Outcome<RegistrationState>> => this.#registration.state() });
  readonly #answer = linkedSignal(() => (this.#asked.hasValue() ? this.#asked.value() : null));

  protected readonly isAsking = signal(false);
  protected readonly isActing = signal(false);
  protected readonly error = signal('');
  /** The last that was known. */
  protected readonly state = linkedSignal<Outcome<RegistrationState> | null, RegistrationState | null>({
    source: this.#answer,
    computation: (answer, before) => (answer?.ok === true ? answer.value : (before?.value ?? null)),
  });
  protected readonly refusal = computed(() => {
    const answer = this.#answer();
    return answer === null || answer.ok ? '' : refusalWords(answer, timeFromNow);
  });

  protected ask(): void {
    this.isAsking.set(true);
    // the field is there after the next drawing
    setTimeout(() => document.getElementById('registration-reason')?.focus());
  }

  protected again(): void {
    this.#asked.reload();
  }

  protected clear(): void {
    this.error.set('');
  }

  protected async decide({ mode }: RegistrationState, reason: string): Promise<void> {
    if (this.isActing()) return;
    this.error.set(reason === '' ? this.words.reasonBad : '');
    if (reason === '') {
      document.getElementById('registration-reason')?.focus();
      return;
    }
    this.isActing.set(true);
    const wanted = mode === 'open' ? 'closed' : 'open';
    const answer = await this.#registration.decide({ mode: wanted, reason }).finally(() => this.isActing.set(false));
    this.#answer.set(answer);
    if (answer.ok) this.isAsking.set(false);
  }
}
