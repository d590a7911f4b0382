import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { AuditQuery, MyAuditQuery, type AuditAnswer, type MyAuditAnswer } from '@secureconnect/contracts/audit';
import { Caller } from '@secureconnect/platform/bootstrap/route-marks';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import { OperatorGuard } from '../operators/operator.guard.js';
import { AuditReading } from './audit-reading.js';

@Controller('api/admin/audit')
export class AuditController {
  constructor(private readonly reading: AuditReading) {}

  @Get()
  @UseGuards(OperatorGuard)
  page(@Query({ schema: AuditQuery }) query: AuditQuery): Promise<AuditAnswer> {
    return this.reading.page(query);
  }

  /** For everybody, and about nobody else. */
  @Get('mine')
  mine(@Caller() caller: CallerIdentity, @Query({ schema: MyAuditQuery }) query: MyAuditQuery): Promise<MyAuditAnswer> {
    return this.reading.concerning(caller.userId, query);
  }
}
