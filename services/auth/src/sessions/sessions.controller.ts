import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { EndSessionsRequest, type Me, type SessionAnswer, type SessionsAnswer } from '@secureconnect/contracts/auth';
import { Anonymous, Caller, RateLimit } from '@secureconnect/platform/bootstrap/route-marks';
import { Violation } from '@secureconnect/platform/problem/violation';
import { AccessTokens } from '@secureconnect/platform/tokens/access-tokens';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import type { Request, Response } from 'express';
import { LoginTries } from '../accounts/login-tries.js';
import { accessCookie, clearSessionCookies, refreshCookie, setSessionCookies } from './session-cookies.js';
import { Sessions } from './sessions.js';

@Controller('api/auth')
export class SessionsController {
  constructor(
    private readonly sessions: Sessions,
    private readonly accessTokens: AccessTokens,
    private readonly tries: LoginTries,
  ) {}

  @Post('refresh')
  @HttpCode(200)
  @Anonymous()
  @RateLimit(60, 60)
  async refresh(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<SessionAnswer> {
    try {
      const issued = await this.sessions.refresh(refreshCookie(request));
      setSessionCookies(request, response, issued);
      await this.tries.know({ name: issued.session.username, address: request.ip ?? '' });
      return { session: issued.session };
    } catch (error) {
      // Tokens of a session that is over are of no use to the browser.
      if (error instanceof Violation && error.code !== 'unauthenticated') clearSessionCookies(request, response);
      throw error;
    }
  }

  @Post('logout')
  @HttpCode(200)
  @Anonymous()
  @RateLimit(60, 60)
  async logout(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Record<string, never>> {
    const caller = await this.accessTokens.verify(accessCookie(request)).catch(() => null);
    await this.sessions.end(refreshCookie(request), caller);
    clearSessionCookies(request, response);
    return {};
  }

  @Get('sessions')
  @RateLimit(60, 60)
  list(@Caller() caller: CallerIdentity): Promise<SessionsAnswer> {
    return this.sessions.list(caller);
  }

  @Post('sessions/end')
  @HttpCode(200)
  @RateLimit(60, 60)
  async endChosen(
    @Caller() caller: CallerIdentity,
    @Body({ schema: EndSessionsRequest }) body: EndSessionsRequest,
  ): Promise<Record<string, never>> {
    await this.sessions.endChosen(caller, body);
    return {};
  }

  @Get('me')
  me(@Caller() caller: CallerIdentity): Promise<Me> {
    return this.sessions.me(caller);
  }
}
