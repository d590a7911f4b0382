import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { RegistrationRequest, type RegistrationState } from '@secureconnect/contracts/registration';
import { Caller } from '@secureconnect/platform/bootstrap/route-marks';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import { OperatorsOnly } from '../operators/operator.guard.js';
import { Registration } from './registration.js';

@OperatorsOnly()
@Controller('api/admin/registration')
export class RegistrationController {
  constructor(private readonly registration: Registration) {}

  @Get()
  state(): Promise<RegistrationState> {
    return this.registration.state();
  }

  @Post()
  @HttpCode(200)
  decide(
    @Caller() caller: CallerIdentity,
    @Body({ schema: RegistrationRequest }) body: RegistrationRequest,
  ): Promise<RegistrationState> {
    return this.registration.decide(caller.userId, body);
  }
}
