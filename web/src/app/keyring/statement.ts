import type * as statements from '@secureconnect/client/credits/statement-view';
import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';

import { Keyring } from './keyring';
import type { Outcome, Refused } from './views';

export type LedgerFault = statements.LedgerFault;
export type StatementVerdict = statements.StatementVerdict;
export type StatementLine = statements.StatementView['lines'][number];

interface Answer {
  readonly outcome: Outcome<statements.StatementView>;
  readonly atMs: number;
}

/** The person's account, line by line, as it was checked in the Worker. Read again whenever the balance moves. */
@Injectable()
export class Statement {
  readonly #keyring = inject(Keyring);
  readonly #answer = signal<Answer | null>(null);
  #isAsking = false;
  #isStale = false;

  readonly #view = computed(() => {
    const outcome = this.#answer()?.outcome;
    return outcome?.ok === true ? outcome.value : null;
  });
  /** The newest first; null until known. */
  readonly lines = computed<readonly StatementLine[] | null>(() => this.#view()?.lines ?? null);
  readonly verdict = computed<StatementVerdict | null>(() => this.#view()?.verdict ?? null);
  readonly refused = computed<Refused | null>(() => {
    const outcome = this.#answer()?.outcome;
    return outcome === undefined || outcome.ok ? null : outcome;
  });
  /** When it was read. */
  readonly atMs = computed(() => this.#answer()?.atMs ?? 0);

  constructor() {
    const stop = this.#keyring.on('credits', () => void this.ask());
    inject(DestroyRef).onDestroy(stop);
    void this.ask();
  }

  /** One question at a time; what happens meanwhile is asked for afterwards. */
  async ask(): Promise<void> {
    this.#isStale = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#isStale) {
      this.#isStale = false;
      const outcome = await this.#keyring.remote.statement();
      this.#answer.set({ outcome, atMs: Date.now() });
    }
    this.#isAsking = false;
  }
}
