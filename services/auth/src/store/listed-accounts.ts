import type { UsersPage } from '@secureconnect/contracts/internal';
import type { UserId } from '@secureconnect/contracts/ids';
import type { Store } from '@secureconnect/platform/store/store';
import { In, type MigrationInterface, type QueryRunner } from 'typeorm';
import { AccountRow } from './entities/account.js';

/**
 * What a page of users is found by, without a look at the rows that it skips: each index has all that its order and the search ask for, and
 * `user_id` at its end.
 */
export class ListedAccounts1797300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX account_joined');
    await runner.query('CREATE INDEX account_listed_by_time ON account (deleted_at_ms, joined_at_ms)');
    await runner.query('CREATE INDEX account_listed_by_name ON account (deleted_at_ms, username, email)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of ['account_listed_by_time', 'account_listed_by_name']) await runner.query(`DROP INDEX ${index}`);
    await runner.query('CREATE INDEX account_joined ON account (joined_at_ms)');
  }
}

/** Users whose name or e-mail address starts with `search`, any case; none that is deleted. Ids first, rows for those of the page alone. */
export async function listedAccounts(
  store: Store,
  query: UsersPage,
): Promise<{ readonly rows: AccountRow[]; readonly total: number }> {
  const builder = store.reads
    .createQueryBuilder(AccountRow, 'account')
    .select('account.userId', 'userId')
    .where('account.deletedAtMs IS NULL');
  if (query.search !== '') {
    const prefix = `${query.search.toLowerCase().replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
    builder.andWhere(`(account.username LIKE :prefix ESCAPE '\\' OR account.email LIKE :prefix ESCAPE '\\')`, {
      prefix,
    });
  }
  const total = await builder.getCount();
  const order = query.order === 'asc' ? 'ASC' : 'DESC';
  if (query.sort === 'username') builder.orderBy('account.username', order);
  else builder.orderBy('account.joinedAtMs', order).addOrderBy('account.userId', order);
  const found = await builder
    .offset(query.page * query.pageSize)
    .limit(query.pageSize)
    .getRawMany<{ userId: UserId }>();
  const rows = await store.reads.findBy(AccountRow, { userId: In(found.map(({ userId }) => userId)) });
  const byId = new Map(rows.map((row) => [row.userId, row]));
  return { rows: found.flatMap(({ userId }) => byId.get(userId) ?? []), total };
}
