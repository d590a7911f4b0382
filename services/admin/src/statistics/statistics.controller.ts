import { Controller, Get } from '@nestjs/common';
import type { StatisticsAnswer } from '@secureconnect/contracts/statistics';
import { OperatorsOnly } from '../operators/operator.guard.js';
import { Statistics } from './statistics.js';

@OperatorsOnly()
@Controller('api/admin/statistics')
export class StatisticsController {
  constructor(private readonly statistics: Statistics) {}

  @Get()
  now(): Promise<StatisticsAnswer> {
    return this.statistics.now();
  }
}
