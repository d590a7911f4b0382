import * as z from 'zod';
import { ChargeKey, ChargeKind } from '@secureconnect/contracts/internal';
import { AllowanceId, UserId } from '@secureconnect/contracts/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { OutboxEntry } from '@secureconnect/platform/outbox/outbox';
import type { Allowances } from './allowances.js';
import type { Capture, Ledger } from './holds.js';

/** What a transaction writes into the outbox: the messages that it stored, what each costs, and the allowance it was stored on. */
const Captured = z.strictObject({
  process: z.string().max(100),
  charges: z.array(
    z.strictObject({
      /** Rows of a version before group messages had a price of their own have none. */
      kind: ChargeKind.default('message'),
      key: ChargeKey,
      userId: UserId,
      amount: z.int().min(0),
      allowanceId: AllowanceId.nullable().default(null),
    }),
  ),
});

export interface CapturesOptions {
  readonly ledger: Pick<Ledger, 'capture'>;
  readonly allowances: Pick<Allowances, 'capturing' | 'captured' | 'availableOf'>;
  /** Names this process in what it leaves to be captured. */
  readonly processId: string;
  /** Tells of a message anew. */
  readonly announce: (messageId: string) => void;
  /** Told what users have now. */
  readonly onBalance: (userId: UserId, available: number) => void;
}

/** Outbox handler: tells credits that messages exist, so that they are captured. At least once; capture is idempotent. */
export function captureCharges(options: CapturesOptions): (entries: readonly OutboxEntry[]) => Promise<void> {
  const { ledger, allowances, processId, announce, onBalance } = options;
  const capture = async (charges: readonly Capture[]): Promise<void> => {
    allowances.capturing(charges);
    const balances = await ledger.capture(charges).catch((error: unknown) => {
      allowances.captured(charges, null);
      throw error;
    });
    allowances.captured(charges, balances);
    for (const { userId } of balances) {
      const available = allowances.availableOf(userId);
      if (available !== null) onBalance(userId, available);
    }
  };
  return async (entries) => {
    const orders = entries.map((entry) => Captured.parse(entry.payload));
    const charges: Capture[] = orders.flatMap((order) => order.charges);
    for (let start = 0; start < charges.length; start += LIMITS.internalBatchMax) {
      await capture(charges.slice(start, start + LIMITS.internalBatchMax));
    }
    // Left by a process that is gone: it may have stored these messages and told nobody.
    for (const order of orders) if (order.process !== processId) for (const { key } of order.charges) announce(key);
  };
}
