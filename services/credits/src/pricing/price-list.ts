import { MESSAGE_PRICE, type Prices } from '@secureconnect/contracts/credits';

/** What things cost, and what a new account starts with. */
export class PriceList implements Prices {
  readonly message = MESSAGE_PRICE;

  constructor(readonly opening: number) {}
}
