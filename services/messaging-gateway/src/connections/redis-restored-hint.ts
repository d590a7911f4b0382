import type { RedisRestored } from '@secureconnect/platform/redis-io/caller-socket';
import type { Fanout } from '../delivery/fanout.js';

/** While Redis was away, other replicas' events did not arrive: the sockets of this one are told to sync. */
export class RedisRestoredHint implements RedisRestored {
  constructor(private readonly fanout: Fanout) {}

  redisRestored(): void {
    this.fanout.syncHint();
  }
}
