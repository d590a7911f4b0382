import type { Topup, TopupId, TopupState } from '@secureconnect/contracts/topups';
import { computed, DestroyRef, inject, Injectable, resource, signal } from '@angular/core';

import { Keyring } from './keyring';
import type { Outcome, Refused } from './views';

export type TopupRequest = Topup;
export type TopupStanding = TopupState;

export interface TopupWish {
  readonly amount: number;
  readonly reference: string;
  readonly note: string;
}

/** The person's requests for credits, and what became of them. Asked anew whenever the balance moves while one waits. */
@Injectable()
export class Topups {
  readonly #keyring = inject(Keyring);
  readonly #answer = resource({
    loader: async (): Promise<Outcome<readonly TopupRequest[]>> => this.#keyring.remote.topups(),
  });
  readonly #decided = signal<TopupRequest | null>(null);

  /** null until known. */
  readonly all = computed<readonly TopupRequest[] | null>(() => {
    const answer = this.#answer.hasValue() ? this.#answer.value() : null;
    return answer?.ok === true ? answer.value : null;
  });
  readonly refused = computed<Refused | null>(() => {
    const answer = this.#answer.hasValue() ? this.#answer.value() : null;
    return answer === null || answer.ok ? null : answer;
  });
  /** What was decided while the person looked on. */
  readonly decided = this.#decided.asReadonly();

  constructor() {
    const stop = this.#keyring.on('credits', () => void this.#lookAgain());
    inject(DestroyRef).onDestroy(stop);
  }

  again(): void {
    this.#answer.reload();
  }

  /** @returns `too-many` while five wait already */
  async request(wish: TopupWish): Promise<Outcome<'known' | 'too-many' | 'conflict'>> {
    const asked = await this.#keyring.remote.requestTopup(wish);
    if (!asked.ok) return asked;
    if (asked.value.outcome === 'known') this.#put(asked.value.topup);
    return { ok: true, value: asked.value.outcome };
  }

  async withdraw(topupId: TopupId): Promise<Outcome<null>> {
    const withdrawn = await this.#keyring.remote.withdrawTopup(topupId);
    if (!withdrawn.ok) return withdrawn;
    this.#put(withdrawn.value);
    return { ok: true, value: null };
  }

  #put(topup: TopupRequest): void {
    const others = (this.all() ?? []).filter(({ topupId }) => topupId !== topup.topupId);
    this.#show([topup, ...others].sort((one, other) => other.requestedAtMs - one.requestedAtMs));
  }

  #show(topups: readonly TopupRequest[]): void {
    this.#answer.set({ ok: true, value: topups });
  }

  async #lookAgain(): Promise<void> {
    const before = this.all() ?? [];
    if (!before.some(({ state }) => state === 'requested')) return;
    const answer = await this.#keyring.remote.topups();
    if (!answer.ok) return;
    const waited = new Set(before.filter(({ state }) => state === 'requested').map(({ topupId }) => topupId));
    const decided = answer.value.find(({ topupId, state }) => waited.has(topupId) && isDecision(state));
    if (decided !== undefined) this.#decided.set(decided);
    this.#show(answer.value);
  }
}

const isDecision = (state: TopupState): boolean => state === 'approved' || state === 'rejected';
