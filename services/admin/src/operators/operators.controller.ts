import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  AppointRequest,
  DismissRequest,
  type AppointAnswer,
  type DismissAnswer,
  type OperatorsAnswer,
} from '@secureconnect/contracts/admin-operators';
import { UserId } from '@secureconnect/contracts/ids';
import { Caller } from '@secureconnect/platform/bootstrap/route-marks';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import { OperatorsOnly } from './operator.guard.js';
import { Operators } from './operators.js';

@OperatorsOnly()
@Controller('api/admin/operators')
export class OperatorsController {
  constructor(private readonly operators: Operators) {}

  @Get()
  list(): Promise<OperatorsAnswer> {
    return this.operators.list();
  }

  @Post(':userId/appoint')
  @HttpCode(200)
  appoint(
    @Caller() caller: CallerIdentity,
    @Param('userId', { schema: UserId }) userId: UserId,
    @Body({ schema: AppointRequest }) body: AppointRequest,
  ): Promise<AppointAnswer> {
    return this.operators.appoint(caller.userId, userId, body);
  }

  @Post(':userId/dismiss')
  @HttpCode(200)
  dismiss(
    @Caller() caller: CallerIdentity,
    @Param('userId', { schema: UserId }) userId: UserId,
    @Body({ schema: DismissRequest }) body: DismissRequest,
  ): Promise<DismissAnswer> {
    return this.operators.dismiss(caller.userId, userId, body);
  }
}
