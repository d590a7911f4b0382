import type { UserId } from '@secureconnect/contracts/ids';
import { IDENTITY_CHANGED_CHANNEL, type IdentityChangedHint } from '@secureconnect/contracts/internal';
import type { RedisLink } from '@secureconnect/platform/redis-io/redis-link';

/** Says, after the commit, that a user's bundles, devices or revocations changed. A lost hint costs only time. */
export class IdentityHints {
  constructor(private readonly redis: RedisLink) {}

  changed(userId: UserId): void {
    const hint: IdentityChangedHint = { userId };
    this.redis.publish(IDENTITY_CHANGED_CHANNEL, JSON.stringify(hint));
  }
}
