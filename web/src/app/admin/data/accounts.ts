import type { UserRow, UsersQuery } from '@secureconnect/contracts/admin';
import { computed, inject, Injectable, linkedSignal, resource, signal } from '@angular/core';

import { People } from '../../keyring/people';
import type { Refused } from '../../keyring/views';

export type Account = UserRow;
export type SortKey = UsersQuery['sort'];
export type SortOrder = UsersQuery['order'];

const PAGE_SIZE = 50;
const SEARCH_MAX = 100;
const PAUSE_MS = 200;

/** One page of the accounts of this server, as searched and sorted. */
@Injectable()
export class Accounts {
  readonly #people = inject(People);

  readonly #search = signal('');
  readonly #sort = signal<{ readonly sort: SortKey; readonly order: SortOrder }>({ sort: 'joined', order: 'desc' });
  readonly search = this.#search.asReadonly();
  readonly sort = this.#sort.asReadonly();
  /** From 0. Another search or order begins at the first page. */
  readonly page = linkedSignal({ source: () => ({ search: this.#search(), sort: this.#sort() }), computation: () => 0 });

  readonly #answer = resource({
    params: (): UsersQuery => ({
      search: this.#search().trim().slice(0, SEARCH_MAX),
      ...this.#sort(),
      page: this.page(),
      pageSize: PAGE_SIZE,
    }),
    loader: async ({ params, abortSignal }) => {
      if (params.search !== '') await pause(PAUSE_MS);
      abortSignal.throwIfAborted();
      return this.#people.list(params);
    },
  });

  readonly isLoading = this.#answer.isLoading;
  readonly refused = computed<Refused | null>(() => {
    const answer = this.#answer.hasValue() ? this.#answer.value() : null;
    return answer === null || answer.ok ? null : answer;
  });
  /** The newest page that has come; it stays in sight while the next is on its way. */
  readonly #latest = linkedSignal<{ rows: readonly Account[]; total: number } | null, { rows: readonly Account[]; total: number } | null>({
    source: () => {
      const answer = this.#answer.hasValue() ? this.#answer.value() : null;
      return answer?.ok === true ? { rows: answer.value.users, total: answer.value.total } : null;
    },
    computation: (latest, previous) => latest ?? previous?.value ?? null,
  });
  readonly rows = computed(() => this.#latest()?.rows ?? null);
  readonly total = computed(() => this.#latest()?.total ?? 0);
  readonly range = computed(() => ({
    from: this.page() * PAGE_SIZE + 1,
    to: Math.min((this.page() + 1) * PAGE_SIZE, this.total()),
  }));
  readonly hasNext = computed(() => (this.page() + 1) * PAGE_SIZE < this.total());

  find(search: string): void {
    this.#search.set(search);
  }

  sortBy(sort: SortKey, order: SortOrder): void {
    this.#sort.set({ sort, order });
  }

  turn(by: 1 | -1): void {
    this.page.update((page) => Math.max(page + by, 0));
  }

  again(): void {
    this.#answer.reload();
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
