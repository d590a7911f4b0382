import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { AdjustCredits, type AdjustCreditsAnswer } from '@secureconnect/contracts/internal';
import { Internal } from '@secureconnect/platform/bootstrap/route-marks';
import { LedgerStore } from '../store/ledger-store.js';
import { BalanceHints } from '../topups/balance-hints.js';
import { adjust } from './adjustment-rules.js';

@Internal('admin')
@Controller('internal/adjustments')
export class AdjustmentsController {
  constructor(
    private readonly ledger: LedgerStore,
    private readonly hints: BalanceHints,
  ) {}

  @Post()
  @HttpCode(200)
  async adjust(@Body({ schema: AdjustCredits }) body: AdjustCredits): Promise<AdjustCreditsAnswer> {
    const result = await this.ledger.transact((book) => adjust(book, body));
    if (result.changed) await this.hints.decided([body.userId]);
    return result;
  }
}
