import { ThrottlerStorageService, type ThrottlerStorage } from '@nestjs/throttler';
import type { RedisLink } from '../redis-io/redis-link.js';

/** Counts one hit in a fixed window. KEYS[1] the counter; ARGV[1] the window in ms. @returns {hits, ms left} */
const HIT = `
local hits = redis.call('INCR', KEYS[1])
if hits == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { hits, redis.call('PTTL', KEYS[1]) }`;

type Counted = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Counts hits in Redis, for all replicas together; in this process's memory while Redis is away. */
export class RedisThrottleStorage implements ThrottlerStorage {
  readonly #memory = new ThrottlerStorageService();

  constructor(private readonly link: RedisLink) {}

  async increment(
    key: string,
    ttl: number,
    limit: number,
    blockDuration: number,
    throttlerName: string,
  ): Promise<Counted> {
    if (this.link.isReady) {
      try {
        const [hits, leftMs] = (await this.link.commands.eval(HIT, 1, `throttle:${key}`, ttl)) as [number, number];
        const seconds = Math.max(1, Math.ceil(leftMs / 1000));
        return {
          totalHits: hits,
          timeToExpire: seconds,
          isBlocked: hits > limit,
          timeToBlockExpire: hits > limit ? seconds : 0,
        };
      } catch {
        // Went away just now: count here.
      }
    }
    return this.#memory.increment(key, ttl, limit, blockDuration, throttlerName);
  }

  close(): void {
    this.#memory.onApplicationShutdown();
  }
}
