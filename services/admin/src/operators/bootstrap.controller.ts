import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { BootstrapRequest, type BootstrapAnswer } from '@secureconnect/contracts/admin';
import type { BootstrapState } from '@secureconnect/contracts/internal';
import { Caller, Internal, RateLimit } from '@secureconnect/platform/bootstrap/route-marks';
import { EventLog } from '@secureconnect/platform/logging/event-log';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import { Bootstrap } from './bootstrap.js';

/** The one public route of admin that asks for no role, because it gives the first. */
@Controller()
export class BootstrapController {
  constructor(
    private readonly bootstrap: Bootstrap,
    private readonly log: EventLog,
  ) {}

  @Post('api/admin/bootstrap')
  @HttpCode(200)
  @RateLimit(10, 60)
  async claim(
    @Caller() caller: CallerIdentity,
    @Body({ schema: BootstrapRequest }) body: BootstrapRequest,
  ): Promise<BootstrapAnswer> {
    try {
      await this.bootstrap.claim(caller.userId, body.token);
    } catch (error) {
      if (error instanceof Violation) this.log.warn('bootstrap.refused', { userId: caller.userId });
      throw error;
    }
    this.log.info('bootstrap.claimed', { userId: caller.userId });
    return { role: 'admin' };
  }

  @Internal('launch')
  @Get('internal/bootstrap-state')
  async state(): Promise<BootstrapState> {
    return { claimed: await this.bootstrap.isClaimed() };
  }
}
