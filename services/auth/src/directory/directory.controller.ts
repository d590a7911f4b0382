import { Controller, Get, Param } from '@nestjs/common';
import type { PublicIdentity } from '@secureconnect/contracts/auth';
import { UserId, Username } from '@secureconnect/contracts/ids';
import { RateLimit } from '@secureconnect/platform/bootstrap/route-marks';
import { Directory } from './directory.js';

@Controller('api/auth/users')
export class DirectoryController {
  constructor(private readonly directory: Directory) {}

  @Get('by-name/:username')
  @RateLimit(120, 60)
  byName(@Param('username', { schema: Username }) username: Username): Promise<PublicIdentity> {
    return this.directory.byName(username);
  }

  @Get(':userId')
  @RateLimit(600, 60)
  byId(@Param('userId', { schema: UserId }) userId: UserId): Promise<PublicIdentity> {
    return this.directory.byId(userId);
  }
}
