import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { StatisticsQuery, type CreditsStatistics } from '@secureconnect/contracts/statistics';
import { Internal } from '@secureconnect/platform/bootstrap/route-marks';
import { StatisticsRows } from '../store/statistics-rows.js';

@Internal('admin')
@Controller('internal/statistics')
export class StatisticsController {
  constructor(private readonly rows: StatisticsRows) {}

  @Post()
  @HttpCode(200)
  since(@Body({ schema: StatisticsQuery }) { fromMs }: StatisticsQuery): CreditsStatistics {
    return this.rows.since(fromMs);
  }
}
