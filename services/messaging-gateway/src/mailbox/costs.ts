import { priceAt, type PriceStep } from '@secureconnect/platform/config/price-setting';
import type { AdmittedMessage } from './chain-rules.js';
import type { Cost } from './send-pipeline.js';

/** Says what a message costs now: one to a group has a price of its own. */
export function costs(
  prices: { readonly MESSAGE_PRICE: readonly PriceStep[]; readonly GROUP_MESSAGE_PRICE: readonly PriceStep[] },
  nowMs: () => number = Date.now,
): (message: Pick<AdmittedMessage, 'group'>) => Cost {
  return ({ group }) =>
    group === undefined
      ? { kind: 'message', amount: priceAt(prices.MESSAGE_PRICE, nowMs()) }
      : { kind: 'group-message', amount: priceAt(prices.GROUP_MESSAGE_PRICE, nowMs()) };
}
