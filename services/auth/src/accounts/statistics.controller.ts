import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { StatisticsQuery, type UsersStatistics } from '@secureconnect/contracts/statistics';
import { Internal } from '@secureconnect/platform/bootstrap/route-marks';
import { AccountStatistics } from '../store/account-statistics.js';

@Internal('admin')
@Controller('internal/users/statistics')
export class StatisticsController {
  constructor(private readonly statistics: AccountStatistics) {}

  @Post()
  @HttpCode(200)
  since(@Body({ schema: StatisticsQuery }) { fromMs }: StatisticsQuery): UsersStatistics {
    return this.statistics.since(fromMs, Date.now());
  }
}
