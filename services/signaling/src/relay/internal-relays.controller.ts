import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { RelayHours, type RelayHoursAnswer } from '@secureconnect/contracts/internal';
import { Internal } from '@secureconnect/platform/bootstrap/route-marks';
import { RelayHourStore } from '../store/relay-hour-store.js';

@Internal('admin')
@Controller('internal/relays')
export class InternalRelaysController {
  constructor(private readonly hours: RelayHourStore) {}

  @Post('hours')
  @HttpCode(200)
  async hoursFrom(@Body({ schema: RelayHours }) body: RelayHours): Promise<RelayHoursAnswer> {
    return { hours: await this.hours.from(body.fromMs, body.hours) };
  }
}
