import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { BalancesLookup, OpenAccounts, type BalancesAnswer } from '@secureconnect/contracts/internal';
import { Internal } from '@secureconnect/platform/bootstrap/route-marks';
import { Balances } from './balances.js';

@Controller('internal')
export class InternalAccountsController {
  constructor(private readonly balances: Balances) {}

  @Internal('auth')
  @Post('accounts')
  @HttpCode(200)
  async open(@Body({ schema: OpenAccounts }) body: OpenAccounts): Promise<Record<string, never>> {
    await this.balances.open(body.userIds);
    return {};
  }

  @Internal('admin')
  @Post('balances')
  @HttpCode(200)
  lookUp(@Body({ schema: BalancesLookup }) body: BalancesLookup): Promise<BalancesAnswer> {
    return this.balances.ofAll(body.userIds);
  }
}
