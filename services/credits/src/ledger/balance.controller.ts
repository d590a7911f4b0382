import { Controller, Get } from '@nestjs/common';
import type { Balance } from '@secureconnect/contracts/credits';
import { Caller } from '@secureconnect/platform/bootstrap/route-marks';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import { Balances } from './balances.js';

@Controller('api/credits')
export class BalanceController {
  constructor(private readonly balances: Balances) {}

  /** One's own credits: there is no way to ask for another's. */
  @Get('balance')
  balance(@Caller() caller: CallerIdentity): Promise<Balance> {
    return this.balances.of(caller.userId);
  }
}
