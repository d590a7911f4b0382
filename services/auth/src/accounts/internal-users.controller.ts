import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  BanUser,
  DeleteUser,
  MakeResetCode,
  SetRole,
  UnbanUser,
  UsersLookup,
  UsersPage,
  type MakeResetCodeAnswer,
  type UsersLookupAnswer,
  type UsersPageAnswer,
} from '@secureconnect/contracts/internal';
import { Internal } from '@secureconnect/platform/bootstrap/route-marks';
import { Violation } from '@secureconnect/platform/problem/violation';
import { ResetCodes } from '../ownership/reset-codes.js';
import { AccountRows } from '../store/account-rows.js';
import { Bans } from './bans.js';
import { Deletions } from './deletions.js';

@Controller('internal/users')
export class InternalUsersController {
  constructor(
    private readonly accounts: AccountRows,
    private readonly resetCodes: ResetCodes,
    private readonly bans: Bans,
    private readonly deletions: Deletions,
  ) {}

  /** Unknown ids are left out of the answer. */
  @Post('lookup')
  @HttpCode(200)
  @Internal('messaging-gateway', 'signaling', 'credits', 'admin')
  async lookup(@Body({ schema: UsersLookup }) body: UsersLookup): Promise<UsersLookupAnswer> {
    const accounts = await this.accounts.byUserIds(body.userIds);
    return {
      users: accounts.map(({ userId, username, role, ban }) => ({ userId, username, role, banned: ban !== null })),
    };
  }

  @Post('page')
  @HttpCode(200)
  @Internal('admin')
  async page(@Body({ schema: UsersPage }) body: UsersPage): Promise<UsersPageAnswer> {
    const { users, total } = await this.accounts.page(body);
    return {
      users: users.map(({ userId, username, email, role, joinedAtMs, ban }) => ({
        userId,
        username,
        email,
        role,
        joinedAtMs,
        ban,
      })),
      total,
    };
  }

  /** The only thing that an operator can do about somebody's keys: let that person make new ones, for all to see. */
  @Post('reset-code')
  @HttpCode(200)
  @Internal('admin')
  makeResetCode(@Body({ schema: MakeResetCode }) body: MakeResetCode): Promise<MakeResetCodeAnswer> {
    return this.resetCodes.make(body.userId, body.byUserId);
  }

  @Post('ban')
  @HttpCode(200)
  @Internal('admin')
  async ban(@Body({ schema: BanUser }) { userId, ...ban }: BanUser): Promise<Record<string, never>> {
    await this.bans.ban(userId, ban);
    return {};
  }

  @Post('unban')
  @HttpCode(200)
  @Internal('admin')
  async unban(@Body({ schema: UnbanUser }) body: UnbanUser): Promise<Record<string, never>> {
    await this.bans.unban(body.userId);
    return {};
  }

  @Post('delete')
  @HttpCode(200)
  @Internal('admin')
  async delete(@Body({ schema: DeleteUser }) body: DeleteUser): Promise<Record<string, never>> {
    await this.deletions.delete(body.userId, body.username);
    return {};
  }

  /** Access tokens carry the new role from their next refresh on. */
  @Post('role')
  @HttpCode(200)
  @Internal('admin')
  async setRole(@Body({ schema: SetRole }) body: SetRole): Promise<Record<string, never>> {
    if (!(await this.accounts.setRole(body.userId, body.role))) throw new Violation('not-found');
    return {};
  }
}
