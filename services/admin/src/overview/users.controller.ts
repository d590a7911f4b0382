import { Controller, Get, Query } from '@nestjs/common';
import { UsersQuery, type UsersAnswer } from '@secureconnect/contracts/admin';
import { OperatorsOnly } from '../operators/operator.guard.js';
import { UsersTable } from './users-table.js';

@OperatorsOnly()
@Controller('api/admin/users')
export class UsersController {
  constructor(private readonly table: UsersTable) {}

  @Get()
  page(@Query({ schema: UsersQuery }) query: UsersQuery): Promise<UsersAnswer> {
    return this.table.page(query);
  }
}
