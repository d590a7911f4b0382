import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { TopupDecisions, TopupsQuery, type TopupsQueueAnswer } from '@secureconnect/contracts/admin-topups';
import type { DecideTopupsAnswer } from '@secureconnect/contracts/topups';
import { Caller } from '@secureconnect/platform/bootstrap/route-marks';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import { OperatorsOnly } from '../operators/operator.guard.js';
import { TopupsQueue } from './topups-queue.js';

@OperatorsOnly()
@Controller('api/admin/topups')
export class TopupsController {
  constructor(private readonly queue: TopupsQueue) {}

  @Get()
  page(@Query({ schema: TopupsQuery }) query: TopupsQuery): Promise<TopupsQueueAnswer> {
    return this.queue.page(query);
  }

  @Post('decisions')
  @HttpCode(200)
  decide(
    @Caller() caller: CallerIdentity,
    @Body({ schema: TopupDecisions }) body: TopupDecisions,
  ): Promise<DecideTopupsAnswer> {
    return this.queue.decide(caller.userId, body);
  }
}
