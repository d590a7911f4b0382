import { CALL_PRICE, GROUP_MESSAGE_PRICE, MESSAGE_PRICE, OPENING_CREDITS } from '@secureconnect/contracts/credits';
import { priceSetting } from '@secureconnect/platform/config/price-setting';
import * as z from 'zod';

const milliseconds = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** Environment variables of credits itself. */
export const CreditsEnvironment = z.object({
  /** What an account starts with. Accounts that are open already keep what they have. */
  OPENING_CREDITS: z.coerce.number().int().min(0).max(1_000_000_000).default(OPENING_CREDITS),
  /** What things cost, for the list; who charges reads the same. */
  MESSAGE_PRICE: priceSetting(MESSAGE_PRICE),
  GROUP_MESSAGE_PRICE: priceSetting(GROUP_MESSAGE_PRICE),
  CALL_PRICE: priceSetting(CALL_PRICE),
  /** How long a hold lives; its caller may commit within the first half of it. */
  HOLD_LIFETIME_MS: milliseconds(100, 3_600_000).default(30_000),
  /** The same for a call: it rings, and connects, in less than the first half of it. */
  CALL_HOLD_LIFETIME_MS: milliseconds(100, 3_600_000).default(240_000),
  /** How long after its lifetime a hold is left alone before its owner is asked. */
  SWEEP_GRACE_MS: milliseconds(0, 3_600_000).default(5_000),
  SWEEP_INTERVAL_MS: milliseconds(10, 3_600_000).default(5_000),
  /** Pause between two audits of the whole ledger; the first runs at start. */
  AUDIT_INTERVAL_MS: milliseconds(10, 604_800_000).default(86_400_000),
});
export type CreditsEnvironment = z.infer<typeof CreditsEnvironment>;
