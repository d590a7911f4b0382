import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  CaptureCharges,
  CloseAllowances,
  GrantAllowances,
  PlaceHolds,
  SettleHolds,
  type AvailableAnswer,
  type GrantAllowancesAnswer,
  type PlaceHoldsAnswer,
  type SettleHoldsAnswer,
} from '@secureconnect/contracts/internal';
import { Internal } from '@secureconnect/platform/bootstrap/route-marks';
import { Charges } from './charges.js';

@Internal('messaging-gateway')
@Controller('internal')
export class InternalChargesController {
  constructor(private readonly charges: Charges) {}

  @Internal('messaging-gateway', 'signaling')
  @Post('holds')
  @HttpCode(200)
  hold(@Body({ schema: PlaceHolds }) body: PlaceHolds): Promise<PlaceHoldsAnswer> {
    return this.charges.hold(body);
  }

  @Internal('messaging-gateway', 'signaling')
  @Post('settlements')
  @HttpCode(200)
  settle(@Body({ schema: SettleHolds }) body: SettleHolds): Promise<SettleHoldsAnswer> {
    return this.charges.settle(body);
  }

  @Post('allowances')
  @HttpCode(200)
  grant(@Body({ schema: GrantAllowances }) body: GrantAllowances): Promise<GrantAllowancesAnswer> {
    return this.charges.grant(body);
  }

  @Post('allowances/close')
  @HttpCode(200)
  close(@Body({ schema: CloseAllowances }) body: CloseAllowances): Promise<AvailableAnswer> {
    return this.charges.close(body);
  }

  @Post('captures')
  @HttpCode(200)
  capture(@Body({ schema: CaptureCharges }) body: CaptureCharges): Promise<AvailableAnswer> {
    return this.charges.capture(body);
  }
}
