import { Controller, Get } from '@nestjs/common';
import type { Prices } from '@secureconnect/contracts/credits';
import { PRICE_LIST } from './price-list.js';

@Controller('api/credits')
export class PricesController {
  @Get('prices')
  prices(): Prices {
    return PRICE_LIST;
  }
}
