import type { UserId } from '@secureconnect/contracts/ids';
import { BALANCE_CHANGED_CHANNEL, type BalanceChangedHint } from '@secureconnect/contracts/internal';
import type { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import type { Balances } from '../ledger/balances.js';

/** Says, after the commit, that operators decided about users' credits. A lost hint costs only time: clients ask when they connect. */
export class BalanceHints {
  constructor(
    private readonly redis: RedisLink,
    private readonly balances: Balances,
  ) {}

  async decided(userIds: readonly UserId[]): Promise<void> {
    if (userIds.length === 0) return;
    const { balances } = await this.balances.ofAll(userIds);
    for (const { userId, available } of balances) {
      const hint: BalanceChangedHint = { userId, available };
      this.redis.publish(BALANCE_CHANGED_CHANNEL, JSON.stringify(hint));
    }
  }
}
