import { MESSAGE_PRICE, OPENING_CREDITS, type Prices } from '@secureconnect/contracts/credits';

/** What things cost, and what a new account starts with. */
export const PRICE_LIST: Prices = { message: MESSAGE_PRICE, opening: OPENING_CREDITS };
