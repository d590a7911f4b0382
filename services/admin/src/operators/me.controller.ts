import { Controller, Get } from '@nestjs/common';
import type { AdminMe } from '@secureconnect/contracts/admin';
import { Caller } from '@secureconnect/platform/bootstrap/route-marks';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import { OperatorsOnly } from './operator.guard.js';

@OperatorsOnly()
@Controller('api/admin/me')
export class MeController {
  @Get()
  me(@Caller() caller: CallerIdentity): AdminMe {
    return { userId: caller.userId, role: 'admin' };
  }
}
