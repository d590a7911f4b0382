import { OpenLedger1795000000000 } from './1795000000000-open-ledger.js';
import { CountHoldRequests1796100000000 } from './1796100000000-count-hold-requests.js';
import { OpenAllowances1796200000000 } from './1796200000000-open-allowances.js';
import { ChainLines1797000000000 } from './1797000000000-chain-lines.js';
import { OpenTopups1797100000000 } from './1797100000000-open-topups.js';
import { OpenAdjustments1797200000000 } from './1797200000000-open-adjustments.js';
import { DatePrices1797300000000 } from './1797300000000-date-prices.js';
import { CountHours1797400000000 } from './1797400000000-count-hours.js';
import { AccountRow, AllowanceRow, ChargeRow, EntryRow } from './ledger-entities.js';

/** Entities and the whole history of migrations of the credits store. */
export const CREDITS_SCHEMA = {
  entities: [AccountRow, EntryRow, ChargeRow, AllowanceRow],
  migrations: [
    OpenLedger1795000000000,
    CountHoldRequests1796100000000,
    OpenAllowances1796200000000,
    ChainLines1797000000000,
    OpenTopups1797100000000,
    OpenAdjustments1797200000000,
    DatePrices1797300000000,
    CountHours1797400000000,
  ],
};
