import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  BanRequest,
  UnbanRequest,
  UsersQuery,
  type Done,
  type ResetCodeAnswer,
  type UsersAnswer,
} from '@secureconnect/contracts/admin';
import { AdjustRequest, DeleteRequest, type AdjustAnswer } from '@secureconnect/contracts/admin-acts';
import { UserId } from '@secureconnect/contracts/ids';
import { Caller, RateLimit } from '@secureconnect/platform/bootstrap/route-marks';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import { OperatorsOnly } from '../operators/operator.guard.js';
import { Adjustments } from './adjustments.js';
import { Bans } from './bans.js';
import { Deletions } from './deletions.js';
import { ResetCodes } from './reset-codes.js';
import { UsersTable } from './users-table.js';

@OperatorsOnly()
@Controller('api/admin/users')
export class UsersController {
  constructor(
    private readonly table: UsersTable,
    private readonly resetCodes: ResetCodes,
    private readonly bans: Bans,
    private readonly adjustments: Adjustments,
    private readonly deletions: Deletions,
  ) {}

  @Get()
  page(@Query({ schema: UsersQuery }) query: UsersQuery): Promise<UsersAnswer> {
    return this.table.page(query);
  }

  @Post(':userId/ban')
  @HttpCode(200)
  ban(
    @Caller() caller: CallerIdentity,
    @Param('userId', { schema: UserId }) userId: UserId,
    @Body({ schema: BanRequest }) body: BanRequest,
  ): Promise<Done> {
    return this.bans.ban(caller.userId, userId, body);
  }

  @Post(':userId/unban')
  @HttpCode(200)
  unban(
    @Caller() caller: CallerIdentity,
    @Param('userId', { schema: UserId }) userId: UserId,
    @Body({ schema: UnbanRequest }) body: UnbanRequest,
  ): Promise<Done> {
    return this.bans.unban(caller.userId, userId, body);
  }

  @Post(':userId/adjust')
  @HttpCode(200)
  adjust(
    @Caller() caller: CallerIdentity,
    @Param('userId', { schema: UserId }) userId: UserId,
    @Body({ schema: AdjustRequest }) body: AdjustRequest,
  ): Promise<AdjustAnswer> {
    return this.adjustments.adjust(caller.userId, userId, body);
  }

  @Post(':userId/delete')
  @HttpCode(200)
  delete(
    @Caller() caller: CallerIdentity,
    @Param('userId', { schema: UserId }) userId: UserId,
    @Body({ schema: DeleteRequest }) body: DeleteRequest,
  ): Promise<Done> {
    return this.deletions.delete(caller.userId, userId, body);
  }

  @Post(':userId/reset-code')
  @HttpCode(200)
  @RateLimit(30, 60)
  makeResetCode(
    @Caller() caller: CallerIdentity,
    @Param('userId', { schema: UserId }) userId: UserId,
  ): Promise<ResetCodeAnswer> {
    return this.resetCodes.make(caller.userId, userId);
  }
}
