import { CallId, UserId } from '@secureconnect/contracts/ids';
import {
  ChargeKey,
  PlaceHoldsAnswer,
  type PlaceHolds,
  SettleHoldsAnswer,
  type SettleHolds,
} from '@secureconnect/contracts/internal';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import type { OutboxHandler } from '@secureconnect/platform/outbox/outbox-runner';
import * as z from 'zod';

/** Sets the price of a call aside. @throws PeerUnavailable | PeerRefusal while credits cannot answer */
export type HoldPrice = (call: {
  readonly callId: CallId;
  readonly userId: UserId;
  readonly price: number;
}) => Promise<'held' | 'captured' | 'insufficient' | 'conflict'>;

export function holdByHttp(http: InternalHttp): HoldPrice {
  return async ({ callId, userId, price }) => {
    const hold = { kind: 'call', key: ChargeKey.parse(callId), userId, amount: price } as const;
    const { results } = await http.call({
      peer: 'credits',
      path: '/internal/holds',
      body: { holds: [hold] } satisfies PlaceHolds,
      answer: PlaceHoldsAnswer,
    });
    return results[0]?.outcome ?? 'conflict';
  };
}

/** What a transaction of `CallStore` leaves to be settled. */
const Settled = z.strictObject({
  callId: CallId,
  userId: UserId,
  amount: z.int().min(1).max(1_000_000),
  move: z.enum(['capture', 'release']),
});

/** Outbox handler: tells credits what became of calls. At least once; both moves are safe to repeat. */
export function settleByHttp(http: InternalHttp): OutboxHandler {
  return async (entries) => {
    const settlements = entries.map((entry): SettleHolds['settlements'][number] => {
      const { callId, ...rest } = Settled.parse(entry.payload);
      return { kind: 'call', key: ChargeKey.parse(callId), ...rest };
    });
    await http.call({
      peer: 'credits',
      path: '/internal/settlements',
      body: { settlements } satisfies SettleHolds,
      answer: SettleHoldsAnswer,
    });
  };
}
