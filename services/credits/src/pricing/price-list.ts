import { PRICES_MAX, Priced, type Prices } from '@secureconnect/contracts/credits';
import type { PriceStep } from '@secureconnect/platform/config/price-setting';
import type { PriceRows } from '../store/price-rows.js';
import { decisionsFor, scheduleOf } from './price-schedule.js';

/** What things cost and did, what is announced, and what a new account starts with. */
export class PriceList {
  private constructor(
    private readonly rows: PriceRows,
    private readonly opening: number,
  ) {}

  /** Writes down, with the date, what the settings say otherwise than the list. */
  static async open(
    rows: PriceRows,
    opening: number,
    settings: Readonly<Record<Priced, readonly PriceStep[]>>,
  ): Promise<PriceList> {
    await rows.append((decided, nowMs) => {
      const schedule = scheduleOf(decided);
      return Priced.options.flatMap((kind) => decisionsFor(schedule, kind, settings[kind], nowMs));
    });
    return new PriceList(rows, opening);
  }

  /** The newest entries, should there be more than a list may have. */
  prices(): Prices {
    return { opening: this.opening, entries: scheduleOf(this.rows.decided()).slice(-PRICES_MAX) };
  }
}
