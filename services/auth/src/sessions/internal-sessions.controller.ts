import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { SessionsCheck, type SessionsCheckAnswer } from '@secureconnect/contracts/internal';
import { Internal } from '@secureconnect/platform/bootstrap/route-marks';
import { Sessions } from './sessions.js';

@Internal('messaging-gateway', 'signaling')
@Controller('internal/sessions')
export class InternalSessionsController {
  constructor(private readonly sessions: Sessions) {}

  @Post('check')
  @HttpCode(200)
  async check(@Body({ schema: SessionsCheck }) body: SessionsCheck): Promise<SessionsCheckAnswer> {
    return { standing: await this.sessions.standing(body.sessionIds) };
  }
}
