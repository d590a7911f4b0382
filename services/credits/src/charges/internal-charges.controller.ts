import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  PlaceHolds,
  SettleHolds,
  type PlaceHoldsAnswer,
  type SettleHoldsAnswer,
} from '@secureconnect/contracts/internal';
import { Internal } from '@secureconnect/platform/bootstrap/route-marks';
import { Charges } from './charges.js';

@Internal('messaging-gateway')
@Controller('internal')
export class InternalChargesController {
  constructor(private readonly charges: Charges) {}

  @Post('holds')
  @HttpCode(200)
  hold(@Body({ schema: PlaceHolds }) body: PlaceHolds): Promise<PlaceHoldsAnswer> {
    return this.charges.hold(body);
  }

  @Post('settlements')
  @HttpCode(200)
  settle(@Body({ schema: SettleHolds }) body: SettleHolds): Promise<SettleHoldsAnswer> {
    return this.charges.settle(body);
  }
}
