import * as z from 'zod';
import { Seq, TimeMs } from './ids.js';

// Routes, all below /api/credits:
//   GET balance   GET prices

/** Credits of the caller. `available` = balance less what is held. `version` rises with every change. */
export const Balance = z.strictObject({ available: z.int(), held: z.int().min(0), version: Seq });
export type Balance = z.infer<typeof Balance>;

/** What something costs credits for. A message to a group has a price of its own, whatever the size of the group. */
export const Priced = z.enum(['message', 'group-message', 'call']);
export type Priced = z.infer<typeof Priced>;

/** What something costs from a moment on, until the next entry about it. */
export const PriceEntry = z.strictObject({ kind: Priced, amount: z.int().min(0), fromMs: TimeMs });
export type PriceEntry = z.infer<typeof PriceEntry>;

/** Entries of a price list, of all kinds together. */
export const PRICES_MAX = 500;

/** What things cost now, what they did, and what is announced: the oldest first. About the time before its first entry a list says nothing. */
export const Prices = z.strictObject({
  /** What a new account starts with. */
  opening: z.int().min(0),
  entries: z.array(PriceEntry).max(PRICES_MAX),
});
export type Prices = z.infer<typeof Prices>;

/** What something costs at a time; null before the list's first entry about it. */
export function priceOf(entries: readonly PriceEntry[], kind: Priced, atMs: number): number | null {
  return entries.findLast((entry) => entry.kind === kind && entry.fromMs <= atMs)?.amount ?? null;
}

/** What a new account starts with. */
export const OPENING_CREDITS = 500;
/** Prices where an operator sets no others (`MESSAGE_PRICE`, `GROUP_MESSAGE_PRICE`, `CALL_PRICE`). */
export const MESSAGE_PRICE = 1;
export const GROUP_MESSAGE_PRICE = 1;
/** Paid by who starts a call, once, when somebody was heard. */
export const CALL_PRICE = 5;
