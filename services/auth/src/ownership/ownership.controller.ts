import { Body, Controller, HttpCode, Ip, Post, Put, Req, Res } from '@nestjs/common';
import {
  ChangePasswordRequest,
  RecoverRequest,
  ResetIdentityRequest,
  ResetRequest,
  SetRecoveryRequest,
  type LoginAnswer,
  type PublicIdentity,
  type SessionAnswer,
  type VaultPutAnswer,
} from '@secureconnect/contracts/auth';
import { Anonymous, Caller, RateLimit } from '@secureconnect/platform/bootstrap/route-marks';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import type { Request, Response } from 'express';
import { Accounts } from '../accounts/accounts.js';
import { setSessionCookies } from '../sessions/session-cookies.js';
import type { IssuedSession } from '../sessions/sessions.js';
import { FreshStarts } from './fresh-starts.js';
import { Passwords } from './passwords.js';

/** Whose account it is, and how one gets back into it. */
@Controller('api/auth')
export class OwnershipController {
  constructor(
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly freshStarts: FreshStarts,
  ) {}

  @Post('password')
  @HttpCode(200)
  @RateLimit(20, 60)
  async changePassword(
    @Caller() caller: CallerIdentity,
    @Body({ schema: ChangePasswordRequest }) body: ChangePasswordRequest,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionAnswer> {
    return answer(request, response, await this.passwords.change(caller, body, request.ip ?? ''));
  }

  @Put('recovery')
  @RateLimit(20, 60)
  setRecovery(
    @Caller() caller: CallerIdentity,
    @Body({ schema: SetRecoveryRequest }) body: SetRecoveryRequest,
    @Ip() address: string,
  ): Promise<VaultPutAnswer> {
    return this.passwords.setRecovery(caller, body, address);
  }

  @Post('recover')
  @HttpCode(200)
  @Anonymous()
  @RateLimit(30, 60)
  async recover(
    @Body({ schema: RecoverRequest }) body: RecoverRequest,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionAnswer> {
    return answer(request, response, await this.accounts.recover(body, request.ip ?? ''));
  }

  @Post('reset/identity')
  @HttpCode(200)
  @Anonymous()
  @RateLimit(20, 60)
  resetIdentity(
    @Body({ schema: ResetIdentityRequest }) body: ResetIdentityRequest,
    @Ip() address: string,
  ): Promise<PublicIdentity> {
    return this.freshStarts.identity(body, address);
  }

  @Post('reset')
  @HttpCode(200)
  @Anonymous()
  @RateLimit(20, 60)
  async reset(
    @Body({ schema: ResetRequest }) body: ResetRequest,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<LoginAnswer> {
    const started = await this.freshStarts.reset(body, request.ip ?? '');
    return { ...answer(request, response, started), serverShare: started.serverShare };
  }
}

function answer(request: Request, response: Response, issued: IssuedSession): SessionAnswer {
  setSessionCookies(request, response, issued);
  return { session: issued.session };
}
