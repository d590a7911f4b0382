import * as z from 'zod';
import { Seq } from './ids.js';

// Routes, all below /api/credits:
//   GET balance   GET prices

/** Credits of the caller. `available` = balance less what is held. `version` rises with every change. */
export const Balance = z.strictObject({ available: z.int(), held: z.int().min(0), version: Seq });
export type Balance = z.infer<typeof Balance>;

export const Prices = z.strictObject({ message: z.int().min(0), opening: z.int().min(0) });
export type Prices = z.infer<typeof Prices>;

/** What something costs credits for. A message to a group has a price of its own, whatever the size of the group. */
export const Priced = z.enum(['message', 'group-message', 'call']);
export type Priced = z.infer<typeof Priced>;

/** What a new account starts with. */
export const OPENING_CREDITS = 500;
/** Prices where an operator sets no others (`MESSAGE_PRICE`, `GROUP_MESSAGE_PRICE`, `CALL_PRICE`). */
export const MESSAGE_PRICE = 1;
export const GROUP_MESSAGE_PRICE = 1;
/** Paid by who starts a call, once, when somebody was heard. */
export const CALL_PRICE = 5;
