import { Controller, Get } from '@nestjs/common';
import type { Prices } from '@secureconnect/contracts/credits';
import { PriceList } from './price-list.js';

@Controller('api/credits')
export class PricesController {
  constructor(private readonly list: PriceList) {}

  @Get('prices')
  prices(): Prices {
    return this.list.prices();
  }
}
