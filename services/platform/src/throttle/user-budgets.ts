import type { UserId } from '@secureconnect/contracts/ids';
import type { RedisLink } from '../redis-io/redis-link.js';
import { Budget } from './budget.js';

/** So much at once, and so much more each second; times THROTTLE_SCALE. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** How often what was taken here is told to the other replicas: so long may a user take more than the whole allows. */
const TELL_MS = 200;
/** Buckets told in one request. */
const TELL_MAX = 500;
/** How often buckets are forgotten that are full again. */
const FORGET_MS = 30_000;

/**
 * KEYS: buckets of all replicas together; ARGV: for each its burst, its rate and what was taken. A bucket never owes more than it holds.
 * @returns for each the ms until it owes nothing
 */
const TELL = `
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local waits = {}
for i = 1, #KEYS do
  local burst, rate, taken = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local before = redis.call('HMGET', KEYS[i], 'left', 'at')
  local left = burst
  if before[1] then left = math.min(burst, tonumber(before[1]) + (now - tonumber(before[2])) * rate) end
  left = math.max(left - taken, -burst)
  redis.call('HSET', KEYS[i], 'left', tostring(left), 'at', string.format('%.6f', now))
  redis.call('PEXPIRE', KEYS[i], math.ceil((burst - left) / rate * 1000) + 1000)
  waits[i] = left < 0 and math.ceil(-left / rate * 1000) or 0
end
return waits`;

interface Bucket {
  readonly budget: Budget;
  readonly rate: Rate;
  /** Taken here, and not told yet. */
  taken: number;
  /** Until when other replicas gave away what this one had. */
  waitUntilMs: number;
  fullAtMs: number;
}

/**
 * What users may do on sockets, by user and kind: more sockets, other replicas or a new connection renew nothing. Each replica has a
 * bucket in memory and answers at once; several times a second it tells Redis what was taken, and hears who has taken too much
 * elsewhere. While Redis is away the replica's own buckets count.
 */
export class UserBudgets {
  readonly #buckets = new Map<string, Bucket>();
  #telling: NodeJS.Timeout | undefined;
  #forgetting: NodeJS.Timeout | undefined;

  constructor(
    private readonly link: RedisLink,
    /** Whose budgets: two services on one Redis share none. */
    private readonly service: string,
    private readonly scale: number,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  start(): void {
    this.#telling = setInterval(() => void this.tell(), TELL_MS);
    this.#forgetting = setInterval(() => {
      this.#forget();
    }, FORGET_MS);
    this.#telling.unref();
    this.#forgetting.unref();
  }

  stop(): void {
    clearInterval(this.#telling);
    clearInterval(this.#forgetting);
  }

  /** Takes one. @returns 0, or the whole seconds after which there is one again */
  take(userId: UserId, kind: string, rate: Rate): number {
    const bucket = this.#bucket(`budget:${this.service}:${kind}:${userId}`, rate);
    const nowMs = this.monotonicMs();
    if (bucket.waitUntilMs > nowMs) return Math.ceil((bucket.waitUntilMs - nowMs) / 1000);
    const retryAfterSeconds = bucket.budget.take();
    if (retryAfterSeconds > 0) return retryAfterSeconds;
    bucket.taken++;
    bucket.fullAtMs = Math.max(bucket.fullAtMs, nowMs) + 1000 / bucket.rate.perSecond;
    return 0;
  }

  /** Tells Redis what was taken here since the last time. */
  async tell(): Promise<void> {
    if (!this.link.isReady) return;
    const news = [...this.#buckets].filter(([, bucket]) => bucket.taken > 0);
    for (let from = 0; from < news.length; from += TELL_MAX) await this.#tellSome(news.slice(from, from + TELL_MAX));
  }

  async #tellSome(news: readonly (readonly [string, Bucket])[]): Promise<void> {
    const values = news.flatMap(([, { rate, taken }]) => [rate.burst, rate.perSecond, taken]);
    for (const [, bucket] of news) bucket.taken = 0;
    try {
      const keys = news.map(([key]) => key);
      const waits = (await this.link.commands.eval(TELL, keys.length, ...keys, ...values)) as number[];
      const nowMs = this.monotonicMs();
      for (const [index, [, bucket]] of news.entries()) bucket.waitUntilMs = nowMs + (waits[index] ?? 0);
    } catch {
      // Went away just now: what was taken meanwhile counts here alone.
    }
  }

  #bucket(key: string, { burst, perSecond }: Rate): Bucket {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      const rate = { burst: burst * this.scale, perSecond: perSecond * this.scale };
      const budget = new Budget(rate.burst, rate.perSecond, this.monotonicMs);
      bucket = { budget, rate, taken: 0, waitUntilMs: 0, fullAtMs: 0 };
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }

  /** A bucket that is full again is like one that was never touched. */
  #forget(): void {
    const nowMs = this.monotonicMs();
    for (const [key, bucket] of this.#buckets) {
      if (bucket.taken === 0 && bucket.fullAtMs < nowMs && bucket.waitUntilMs < nowMs) this.#buckets.delete(key);
    }
  }
}
