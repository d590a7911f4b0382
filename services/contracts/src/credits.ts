import * as z from 'zod';
import { Seq } from './ids.js';

// Routes, all below /api/credits:
//   GET balance   GET prices

/** Credits of the caller. `available` = balance less what is held. `version` rises with every change. */
export const Balance = z.strictObject({ available: z.int(), held: z.int().min(0), version: Seq });
export type Balance = z.infer<typeof Balance>;

export const Prices = z.strictObject({ message: z.int().min(0), opening: z.int().min(0) });
export type Prices = z.infer<typeof Prices>;

/** What a new account starts with. */
export const OPENING_CREDITS = 500;
export const MESSAGE_PRICE = 1;
/** Paid by who starts a call, once, when somebody was heard. An operator may set another (`CALL_PRICE` of signaling). */
export const CALL_PRICE = 5;
