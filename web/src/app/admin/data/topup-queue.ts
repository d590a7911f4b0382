import type { TopupDecisions as Decisions, TopupsQuery, TopupsQueueAnswer } from '@secureconnect/contracts/admin-topups';
import type { DecideTopupsAnswer } from '@secureconnect/contracts/topups';
import { computed, inject, Injectable, linkedSignal, resource, signal } from '@angular/core';

import { TopupDecisions } from '../../keyring/topup-decisions';
import type { Outcome, Refused } from '../../keyring/views';

export type QueuedTopup = TopupsQueueAnswer['topups'][number];
export type TopupStanding = TopupsQuery['state'];
export type Move = Decisions['move'];
export type Decided = DecideTopupsAnswer['results'][number];

const PAGE_SIZE = 50;

/** One page of the requests for credits in one state, and which of them the admin has picked. */
@Injectable()
export class TopupQueue {
  readonly #decisions = inject(TopupDecisions);

  readonly state = signal<TopupStanding>('requested');
  /** From 0. */
  readonly page = linkedSignal({ source: this.state, computation: () => 0 });
  readonly #answer = resource({
    params: (): TopupsQuery => ({ state: this.state(), page: this.page(), pageSize: PAGE_SIZE }),
    loader: async ({ params }): Promise<Outcome<TopupsQueueAnswer>> => this.#decisions.queue(params),
  });
  readonly #value = computed(() => (this.#answer.hasValue() ? this.#answer.value() : null));

  readonly isLoading = this.#answer.isLoading;
  readonly refused = computed<Refused | null>(() => {
    const answer = this.#value();
    return answer === null || answer.ok ? null : answer;
  });
  readonly rows = computed<readonly QueuedTopup[] | null>(() => {
    const answer = this.#value();
    return answer?.ok === true ? answer.value.topups : null;
  });
  readonly total = computed(() => {
    const answer = this.#value();
    return answer?.ok === true ? answer.value.total : 0;
  });
  readonly range = computed(() => ({
    from: this.page() * PAGE_SIZE + 1,
    to: Math.min((this.page() + 1) * PAGE_SIZE, this.total()),
  }));
  readonly hasNext = computed(() => (this.page() + 1) * PAGE_SIZE < this.total());
  /** Picked on this page. Another page, or what came of a decision, begins with none. */
  readonly #picked = linkedSignal<readonly QueuedTopup[] | null, ReadonlySet<string>>({
    source: this.rows,
    computation: () => new Set(),
  });
  readonly picked = computed(() => (this.rows() ?? []).filter(({ topupId }) => this.#picked().has(topupId)));
  readonly isAllPicked = computed(() => {
    const rows = this.rows() ?? [];
    return rows.length > 0 && this.picked().length === rows.length;
  });

  isPicked({ topupId }: QueuedTopup): boolean {
    return this.#picked().has(topupId);
  }

  pick({ topupId }: QueuedTopup, isPicked: boolean): void {
    this.#picked.update((before) => {
      const after = new Set(before);
      if (isPicked) after.add(topupId);
      else after.delete(topupId);
      return after;
    });
  }

  pickAll(isPicked: boolean): void {
    this.#picked.set(new Set(isPicked ? (this.rows() ?? []).map(({ topupId }) => topupId) : []));
  }

  turn(by: 1 | -1): void {
    this.page.update((page) => Math.max(page + by, 0));
  }

  again(): void {
    this.#answer.reload();
  }

  /** Decides and looks at the queue anew. Whoever else was quicker has decided. */
  async decide(move: Move, topups: readonly QueuedTopup[], reason: string): Promise<Outcome<readonly Decided[]>> {
    const topupIds = topups.map(({ topupId }) => topupId);
    const answer = await this.#decisions.decide({ move, topupIds, reason });
    if (!answer.ok) return answer;
    // The last of a page were decided: the page before is what is left.
    if (topups.length === this.rows()?.length && this.page() > 0 && !this.hasNext()) this.turn(-1);
    else this.again();
    return { ok: true, value: answer.value.results };
  }
}
