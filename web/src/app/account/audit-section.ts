import { ChangeDetectionStrategy, Component, computed, inject, resource, signal } from '@angular/core';

import { Audit, type OwnAct } from '../keyring/audit';
import { refusalWords } from '../keyring/refusal-words';
import { dateAndTime, timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';

/** Acts in sight at first, and more each time they are asked for. */
const PAGE_SIZE = 5;
const PAGE_MAX = 100;

/** What the people who run the server did about this account, in words. */
@Component({
  selector: 'sc-audit-section',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section>
      <h3 id="audit">{{ words.title }}</h3>
      <p class="muted">{{ words.why }}</p>
      @if (refusal()) {
        <p class="error" role="alert">
          {{ refusal() }} <button type="button" class="link" (click)="answer.reload()">{{ tryAgain }}</button>
        </p>
      } @else if (acts(); as known) {
        @if (known.length === 0) {
          <p>{{ words.none }}</p>
        } @else {
          <ul aria-labelledby="audit">
            @for (act of known; track act.entry) {
              <li [attr.data-act]="act.action">
                <div class="grow">
                  <p>
                    <bdi>{{ said(act) }}</bdi>
                  </p>
                  <p class="small reason">
                    <bdi>“{{ act.reason }}”</bdi>
                  </p>
                  <p class="muted small">
                    <time>{{ moment(act.atMs) }}</time>
                    @if (act.outcome !== 'done') {
                      · {{ words.outcomes[act.outcome] }}
                    }
                  </p>
                </div>
              </li>
            }
          </ul>
          @if (hasMore()) {
            <div class="acts">
              <button type="button" class="button" (click)="more()">{{ words.more }}</button>
            </div>
          }
        }
      } @else {
        <p class="muted" role="status">{{ words.loading }}</p>
      }
    </section>
  `,
  styles: `
    .reason {
      overflow-wrap: anywhere;
    }
  `,
  styleUrl: './sections.scss',
})
export class AuditSection {
  readonly #audit = inject(Audit);
  protected readonly words = inject(WORDS).audit;
  protected readonly tryAgain = inject(WORDS).tryAgain;
  protected readonly moment = dateAndTime;
  readonly #limit = signal(PAGE_SIZE);
  protected readonly answer = resource({
    params: () => ({ limit: this.#limit() }),
    loader: async ({ params }) => this.#audit.mine(params),
  });
  readonly #value = computed(() => (this.answer.hasValue() ? this.answer.value() : null));
  protected readonly acts = computed<readonly OwnAct[] | null>(() => {
    const answer = this.#value();
    return answer?.ok === true ? answer.value.acts : null;
  });
  protected readonly hasMore = computed(() => {
    const answer = this.#value();
    return answer?.ok === true && answer.value.more && this.#limit() < PAGE_MAX;
  });
  protected readonly refusal = computed(() => {
    const answer = this.#value();
    return answer === null || answer.ok ? '' : refusalWords(answer, timeFromNow);
  });

  protected more(): void {
    this.#limit.update((limit) => Math.min(limit * 4, PAGE_MAX));
  }

  protected said({ action, outcome, actorName, amount }: OwnAct): string {
    const words = outcome === 'done' ? this.words.did : this.words.tried;
    return words[action](actorName ?? this.words.somebody, amount ?? 0);
  }
}
