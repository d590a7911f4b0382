import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { DecideRegistration, NoQuestion, type RegistrationState } from '@secureconnect/contracts/registration';
import { Internal } from '@secureconnect/platform/bootstrap/route-marks';
import { Registration } from './registration.js';

@Internal('admin')
@Controller('internal/registration')
export class RegistrationController {
  constructor(private readonly registration: Registration) {}

  @Post('state')
  @HttpCode(200)
  state(@Body({ schema: NoQuestion }) _body: Record<string, never>): RegistrationState {
    return this.registration.state;
  }

  @Post()
  @HttpCode(200)
  decide(@Body({ schema: DecideRegistration }) { mode }: DecideRegistration): Promise<RegistrationState> {
    return this.registration.decide(mode, Date.now());
  }
}
