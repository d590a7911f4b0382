import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import {
  LoginRequest,
  PreloginRequest,
  RegisterRequest,
  type LoginAnswer,
  type PreloginAnswer,
} from '@secureconnect/contracts/auth';
import { Anonymous, RateLimit } from '@secureconnect/platform/bootstrap/route-marks';
import type { Request, Response } from 'express';
import { setSessionCookies } from '../sessions/session-cookies.js';
import { Accounts, type LoggedIn } from './accounts.js';

@Anonymous()
@Controller('api/auth')
export class AccountsController {
  constructor(private readonly accounts: Accounts) {}

  @Post('prelogin')
  @HttpCode(200)
  @RateLimit(60, 60)
  prelogin(@Body({ schema: PreloginRequest }) body: PreloginRequest): PreloginAnswer {
    return this.accounts.prelogin(body.username);
  }

  @Post('register')
  @HttpCode(200)
  @RateLimit(20, 60)
  async register(
    @Body({ schema: RegisterRequest }) body: RegisterRequest,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<LoginAnswer> {
    return answer(request, response, await this.accounts.register(body, request.ip ?? ''));
  }

  @Post('login')
  @HttpCode(200)
  @RateLimit(30, 60)
  async login(
    @Body({ schema: LoginRequest }) body: LoginRequest,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<LoginAnswer> {
    return answer(request, response, await this.accounts.login(body, request.ip ?? ''));
  }
}

function answer(request: Request, response: Response, loggedIn: LoggedIn): LoginAnswer {
  setSessionCookies(request, response, loggedIn);
  return { session: loggedIn.session, serverShare: loggedIn.serverShare };
}
