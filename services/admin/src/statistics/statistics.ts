import {
  CreditsStatistics,
  STATISTICS_DAYS,
  STATISTICS_HOURS,
  UsersStatistics,
  type StatisticsAnswer,
  type StatisticsQuery,
} from '@secureconnect/contracts/statistics';
import { allStandings } from '@secureconnect/platform/health/replica-standings';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { PeerUnavailable } from '@secureconnect/platform/internal-http/peer-errors';
import type { EventLog } from '@secureconnect/platform/logging/event-log';
import type { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import type * as z from 'zod';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Half of the picture at once is worth more than all of it later. */
const DEADLINE_MS = 2_000;

/** What this server does and how its parts are: each part is asked, and one that does not answer is missing, not the rest. */
export class Statistics {
  constructor(
    private readonly http: InternalHttp,
    private readonly redis: RedisLink,
    private readonly log: EventLog,
  ) {}

  async now(): Promise<StatisticsAnswer> {
    const atMs = Date.now();
    const [users, credits, replicas] = await Promise.all([
      this.#ask('auth', '/internal/users/statistics', UsersStatistics, startOf(atMs, DAY_MS, STATISTICS_DAYS)),
      this.#ask('credits', '/internal/statistics', CreditsStatistics, startOf(atMs, HOUR_MS, STATISTICS_HOURS)),
      allStandings(this.redis),
    ]);
    return { atMs, users, credits, replicas };
  }

  async #ask<Answer extends z.ZodType>(
    peer: 'auth' | 'credits',
    path: string,
    answer: Answer,
    fromMs: number,
  ): Promise<z.infer<Answer> | null> {
    const body: StatisticsQuery = { fromMs };
    try {
      return await this.http.call({ peer, path, body, answer, deadlineMs: DEADLINE_MS });
    } catch (error) {
      if (!(error instanceof PeerUnavailable)) throw error;
      this.log.warn('statistics.without', { peer, reason: error.reason });
      return null;
    }
  }
}

/** Where the first of `count` whole steps begins, the last of which has now in it. */
function startOf(nowMs: number, stepMs: number, count: number): number {
  return nowMs - (nowMs % stepMs) - (count - 1) * stepMs;
}
