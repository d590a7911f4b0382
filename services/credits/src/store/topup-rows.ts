import type { UserId } from '@secureconnect/contracts/ids';
import {
  TOPUPS_PAGE_MAX,
  type Topup,
  type TopupId,
  type TopupsPage,
  type TopupsLookupAnswer,
  type TopupsPageAnswer,
} from '@secureconnect/contracts/topups';
import type { Store } from '@secureconnect/platform/store/store';
import type Sqlite from 'better-sqlite3';

type KnownTopup = TopupsLookupAnswer['topups'][number];
type QueuedTopup = TopupsPageAnswer['topups'][number];

const SEEN = `t.topup_id AS topupId, t.amount, t.reference, t.note, t.state, t.requested_at_ms AS requestedAtMs,
  t.ended_at_ms AS endedAtMs, t.reason`;
const TOPUPS = 'FROM topup t JOIN account a ON a.number = t.account';

/** Reads requests that are committed. */
export class TopupRows {
  readonly #newest: Sqlite.Statement<[string, number], Topup>;
  readonly #page: Sqlite.Statement<[string, number, number], QueuedTopup>;
  readonly #known: Sqlite.Statement<[string], KnownTopup>;
  readonly #total: Sqlite.Statement<[string], number>;

  constructor(store: Store) {
    const database = store.reader;
    this.#newest = database.prepare(
      `SELECT ${SEEN} ${TOPUPS} WHERE a.owner = ? ORDER BY t.requested_at_ms DESC, t.topup_id LIMIT ?`,
    );
    this.#page = database.prepare(
      `SELECT ${SEEN}, a.owner AS userId, t.decided_by AS decidedBy ${TOPUPS}
       WHERE t.state = ? ORDER BY t.requested_at_ms, t.topup_id LIMIT ? OFFSET ?`,
    );
    this.#known = database.prepare(
      `SELECT t.topup_id AS topupId, a.owner AS userId, t.amount ${TOPUPS} WHERE t.topup_id = ?`,
    );
    this.#total = database.prepare<[string], number>('SELECT count(*) FROM topup WHERE state = ?').pluck();
  }

  /** Whose these requests are, each user once. */
  ownersOf(topupIds: readonly TopupId[]): UserId[] {
    return [...new Set(this.lookup(topupIds).map(({ userId }) => userId))];
  }

  /** Those that there are. */
  lookup(topupIds: readonly TopupId[]): KnownTopup[] {
    return topupIds.flatMap((topupId) => this.#known.all(topupId));
  }

  newestOf(userId: UserId): Topup[] {
    return this.#newest.all(userId, TOPUPS_PAGE_MAX);
  }

  page({ state, page, pageSize }: TopupsPage): TopupsPageAnswer {
    return { topups: this.#page.all(state, pageSize, page * pageSize), total: this.#total.get(state) ?? 0 };
  }
}
