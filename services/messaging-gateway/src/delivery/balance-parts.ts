import { BALANCE_CHANGED_CHANNEL, BalanceChangedHint } from '@secureconnect/contracts/internal';
import { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import { Notices } from '../connections/notices.js';

/** What operators decided about users' credits, told to those users' devices at this replica: each replica hears it. */
export class BalanceHints {
  constructor(private readonly notices: Notices) {}

  /** Takes a hint from Redis; what is no hint is not for us. */
  hear(message: string): void {
    let hint: BalanceChangedHint;
    try {
      hint = BalanceChangedHint.parse(JSON.parse(message));
    } catch {
      return; // Whoever can write to Redis gains nothing by noise.
    }
    this.notices.creditsChangedHere(hint.userId, hint.available);
  }
}

function hearBalances(redis: RedisLink, notices: Notices): BalanceHints {
  const hints = new BalanceHints(notices);
  redis.subscribe(BALANCE_CHANGED_CHANNEL, (message) => {
    hints.hear(message);
  });
  return hints;
}

export const BALANCES = [{ provide: BalanceHints, inject: [RedisLink, Notices], useFactory: hearBalances }];
