import * as z from 'zod';
import { ChargeKey } from '@secureconnect/contracts/internal';
import { UserId } from '@secureconnect/contracts/ids';
import type { OutboxEntry } from '@secureconnect/platform/outbox/outbox';
import type { Ledger } from './holds.js';

/** What a transaction writes into the outbox: the messages that it stored, and what each costs. */
const Captured = z.strictObject({
  process: z.string().max(100),
  charges: z.array(z.strictObject({ key: ChargeKey, userId: UserId, amount: z.int().min(0) })),
});

/** Outbox handler: tells credits that messages exist, so that their holds are captured. At least once; capture is idempotent. */
export function captureCharges(
  ledger: Ledger,
  processId: string,
  announce: (messageId: string) => void,
): (entries: readonly OutboxEntry[]) => Promise<void> {
  return async (entries) => {
    const orders = entries.map((entry) => Captured.parse(entry.payload));
    const charges = orders.flatMap((order) => order.charges);
    await ledger.settle(charges.map((charge) => ({ kind: 'message', move: 'capture', ...charge })));
    // Left by a process that is gone: it may have stored these messages and told nobody.
    for (const order of orders) if (order.process !== processId) for (const { key } of order.charges) announce(key);
  };
}
