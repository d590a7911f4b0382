import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { PublishDeviceRequest, RevokeDevicesRequest, type SessionAnswer } from '@secureconnect/contracts/auth';
import { Caller, RateLimit } from '@secureconnect/platform/bootstrap/route-marks';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import type { Request, Response } from 'express';
import { clearSessionCookies, setSessionCookies } from '../sessions/session-cookies.js';
import { Devices } from './devices.js';

@Controller('api/auth/devices')
export class DevicesController {
  constructor(private readonly devices: Devices) {}

  @Post()
  @HttpCode(200)
  @RateLimit(30, 60)
  async publish(
    @Caller() caller: CallerIdentity,
    @Body({ schema: PublishDeviceRequest }) body: PublishDeviceRequest,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionAnswer> {
    const { session, accessToken } = await this.devices.publish(caller, body);
    setSessionCookies(request, response, { accessToken });
    return { session };
  }

  @Post('revoke')
  @HttpCode(200)
  @RateLimit(30, 60)
  async revoke(
    @Caller() caller: CallerIdentity,
    @Body({ schema: RevokeDevicesRequest }) body: RevokeDevicesRequest,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Record<string, never>> {
    if (await this.devices.revoke(caller, body)) clearSessionCookies(request, response);
    return {};
  }
}
