import type { AuditAction, AuditAnswer, AuditQuery } from '@secureconnect/contracts/audit';
import type { UserId } from '@secureconnect/contracts/ids';
import { computed, inject, Injectable, linkedSignal, resource, signal } from '@angular/core';

import { Audit } from '../../keyring/audit';
import type { Outcome, Refused } from '../../keyring/views';

export type Act = AuditAnswer['acts'][number];
export type { AuditAction };

export interface Person {
  readonly userId: UserId;
  readonly name: string;
}

const PAGE_SIZE = 50;

/** One page of what admins did, all of it or about one person, of all kinds or one. */
@Injectable()
export class AuditLog {
  readonly #audit = inject(Audit);

  readonly person = signal<Person | null>(null);
  readonly action = signal<AuditAction | null>(null);
  /** Where the pages before this one began; the newest page begins nowhere. */
  readonly #places = linkedSignal<unknown, readonly number[]>({
    source: () => ({ person: this.person(), action: this.action() }),
    computation: () => [],
  });
  readonly #answer = resource({
    params: (): AuditQuery => {
      const [before, person, action] = [this.#places().at(-1), this.person(), this.action()];
      return {
        limit: PAGE_SIZE,
        ...(before !== undefined && { before }),
        ...(person !== null && { person: person.userId }),
        ...(action !== null && { action }),
      };
    },
    loader: async ({ params }): Promise<Outcome<AuditAnswer>> => this.#audit.log(params),
  });
  readonly #value = computed(() => (this.#answer.hasValue() ? this.#answer.value() : null));

  readonly isLoading = this.#answer.isLoading;
  readonly refused = computed<Refused | null>(() => {
    const answer = this.#value();
    return answer === null || answer.ok ? null : answer;
  });
  readonly answer = computed<AuditAnswer | null>(() => {
    const answer = this.#value();
    return answer?.ok === true ? answer.value : null;
  });
  readonly hasNewer = computed(() => this.#places().length > 0);

  older(): void {
    const last = this.answer()?.acts.at(-1);
    if (last !== undefined && this.answer()?.more === true) this.#places.update((places) => [...places, last.entry]);
  }

  newer(): void {
    this.#places.update((places) => places.slice(0, -1));
  }

  again(): void {
    this.#answer.reload();
  }
}
