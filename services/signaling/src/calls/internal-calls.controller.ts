import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CallsExist, type CallsExistAnswer } from '@secureconnect/contracts/internal';
import { Internal } from '@secureconnect/platform/bootstrap/route-marks';
import { CallStore } from '../store/call-store.js';

@Internal('credits')
@Controller('internal/calls')
export class InternalCallsController {
  constructor(private readonly calls: CallStore) {}

  @Post('exist')
  @HttpCode(200)
  exist(@Body({ schema: CallsExist }) body: CallsExist): CallsExistAnswer {
    return { existing: this.calls.paidAmong(body.callIds) };
  }
}
