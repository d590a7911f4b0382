import type { Balance } from '@secureconnect/contracts/credits';
import type { UserId } from '@secureconnect/contracts/ids';
import type { BalancesAnswer } from '@secureconnect/contracts/internal';
import type { AccountStanding, LedgerStore } from '../store/ledger-store.js';
import { availableOf } from './book.js';

/** Opens accounts and says what is in them. Reading opens none: who has none yet has what opening gives. */
export class Balances {
  constructor(
    private readonly ledger: LedgerStore,
    private readonly openingCredits: number,
  ) {}

  async open(userIds: readonly UserId[]): Promise<void> {
    await this.ledger.transact((book) => {
      for (const userId of userIds) book.account(userId);
    });
  }

  async of(userId: UserId): Promise<Balance> {
    const standing = this.#orUnopened((await this.ledger.standings([userId])).get(userId));
    return { available: availableOf(standing), held: standing.held, version: standing.version };
  }

  async ofAll(userIds: readonly UserId[]): Promise<BalancesAnswer> {
    const standings = await this.ledger.standings(userIds);
    return {
      balances: userIds.map((userId) => {
        const standing = this.#orUnopened(standings.get(userId));
        return { userId, available: availableOf(standing), held: standing.held };
      }),
    };
  }

  #orUnopened(standing: AccountStanding | undefined): AccountStanding {
    return standing ?? { balance: this.openingCredits, held: 0, version: 0 };
  }
}
