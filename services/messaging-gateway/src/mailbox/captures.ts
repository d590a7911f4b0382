import * as z from 'zod';
import { ChargeKey } from '@secureconnect/contracts/internal';
import { UserId } from '@secureconnect/contracts/ids';
import type { OutboxEntry } from '@secureconnect/platform/outbox/outbox';
import type { Ledger } from './holds.js';

/** What a transaction writes into the outbox: the messages that it stored, and what each costs. */
const Captured = z.array(z.strictObject({ key: ChargeKey, userId: UserId, amount: z.int().min(0) }));

/** Outbox handler: tells credits that messages exist, so that their holds are captured. At least once; capture is idempotent. */
export function captureCharges(ledger: Ledger): (entries: readonly OutboxEntry[]) => Promise<void> {
  return async (entries) => {
    const charges = entries.flatMap((entry) => Captured.parse(entry.payload));
    await ledger.settle(charges.map((charge) => ({ kind: 'message', move: 'capture', ...charge })));
  };
}
