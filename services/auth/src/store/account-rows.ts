import type { UsersPage } from '@secureconnect/contracts/internal';
import type { Ban } from '@secureconnect/contracts/problem';
import type { DeviceId, Role, UserId, Username } from '@secureconnect/contracts/ids';
import type { Outbox } from '@secureconnect/platform/outbox/outbox';
import type { Store } from '@secureconnect/platform/store/store';
import { In, IsNull } from 'typeorm';
import { banOf } from './bans.js';
import { AccountRow } from './entities/account.js';
import { BundleRow } from './entities/bundle.js';
import { DeviceRow } from './entities/device.js';
import { listedAccounts } from './listed-accounts.js';
import { endSessions, insertSession, type NewSession, type Session } from './session-rows.js';
import type { HashedItem } from './vault-rows.js';
import { insertVault } from './vault-rows.js';

export interface Account {
  readonly userId: UserId;
  readonly username: Username;
  readonly email: string | null;
  readonly role: Role;
  readonly kdfParams: string;
  readonly verifier: string;
  /** null while the account has no recovery key. */
  readonly recoveryVerifier: string | null;
  readonly serverShare: string;
  readonly joinedAtMs: number;
  /** The one in force. */
  readonly ban: Ban | null;
}

/** Everything that one registration stores, in one transaction. */
export interface NewAccount {
  readonly account: Account;
  readonly bundle: Uint8Array;
  readonly deviceId: DeviceId;
  readonly deviceCert: Uint8Array;
  readonly vault: {
    readonly seq: number;
    readonly header: Uint8Array;
    readonly head: Uint8Array;
    readonly items: readonly HashedItem[];
  };
  readonly session: NewSession;
}

export type Taken = 'username-taken' | 'user-id-taken' | 'device-refused';

/** Outbox topic: a user was registered; payload { userId }. */
export const USER_REGISTERED = 'user-registered';

export class AccountRows {
  readonly #kdfParams;

  constructor(
    private readonly store: Store,
    private readonly outbox: Outbox,
  ) {
    this.#kdfParams = store.reader
      .prepare<[string], string>('SELECT kdf_params FROM account WHERE username = ?')
      .pluck();
  }

  /** Read without the rest of the account: a name that exists takes no longer than one that does not. */
  kdfParamsOf(username: Username): string | null {
    return this.#kdfParams.get(username) ?? null;
  }

  async byUsername(username: Username): Promise<Account | null> {
    return toAccount(await this.store.reads.findOneBy(AccountRow, { username }));
  }

  async byUserId(userId: UserId): Promise<Account | null> {
    return toAccount(await this.store.reads.findOneBy(AccountRow, { userId }));
  }

  async byUserIds(userIds: readonly UserId[]): Promise<Account[]> {
    const rows = await this.store.reads.findBy(AccountRow, { userId: In([...new Set(userIds)]) });
    return rows.map((row) => toAccount(row));
  }

  /** All or nothing. Of two registrations of one name at the same time, one is told that it is taken. */
  create(registration: NewAccount): Promise<Taken | null> {
    const { account, session } = registration;
    return this.store.writes.run(async (manager) => {
      if (await manager.existsBy(AccountRow, { username: account.username })) return 'username-taken';
      if (await manager.existsBy(AccountRow, { userId: account.userId })) return 'user-id-taken';
      if (await manager.existsBy(DeviceRow, { deviceId: registration.deviceId })) return 'device-refused';
      const { ban, ...columns } = account;
      await manager.insert(AccountRow, {
        ...columns,
        banned: ban === null ? 0 : 1,
        banReason: ban?.reason ?? null,
        bannedUntilMs: ban?.untilMs ?? null,
        deletedAtMs: null,
      });
      await manager.insert(BundleRow, {
        userId: account.userId,
        bundleVer: 1,
        bytes: Buffer.from(registration.bundle),
      });
      await manager.insert(DeviceRow, {
        deviceId: registration.deviceId,
        userId: account.userId,
        cert: Buffer.from(registration.deviceCert),
        publishedAtMs: account.joinedAtMs,
        superseded: 0,
      });
      await insertVault(manager, account.userId, registration.vault);
      await insertSession(manager, session);
      await this.outbox.putWith(manager, USER_REGISTERED, { userId: account.userId satisfies UserId });
      return null;
    });
  }

  /** @returns whether there is such a user */
  setRole(userId: UserId, role: Role): Promise<boolean> {
    return this.store.writes.run(async (manager) => {
      const { affected } = await manager.update(AccountRow, { userId }, { role });
      return affected === 1;
    });
  }

  /**
   * Closes an account and ends its sessions.
   * @returns the sessions that it ended; null when there is no such user
   */
  ban(userId: UserId, { reason, untilMs }: Ban, nowMs: number): Promise<Session[] | null> {
    return this.store.writes.run(async (manager) => {
      const change = { banned: 1, banReason: reason, bannedUntilMs: untilMs };
      const { affected } = await manager.update(AccountRow, { userId, deletedAtMs: IsNull() }, change);
      return affected === 1 ? endSessions(manager, userId, {}, nowMs) : null;
    });
  }

  /** @returns whether there is such a user */
  unban(userId: UserId): Promise<boolean> {
    return this.store.writes.run(async (manager) => {
      const change = { banned: 0, banReason: null, bannedUntilMs: null };
      return (await manager.update(AccountRow, { userId, deletedAtMs: IsNull() }, change)).affected === 1;
    });
  }

  /** A page of users, and how many there are; none that is deleted. */
  async page(query: UsersPage): Promise<{ users: Account[]; total: number }> {
    const { rows, total } = await listedAccounts(this.store, query);
    return { users: rows.map((row) => toAccount(row)), total };
  }
}

function toAccount(row: AccountRow): Account;
function toAccount(row: AccountRow | null): Account | null;
function toAccount(row: AccountRow | null): Account | null {
  if (row === null) return null;
  const { email, role, kdfParams, verifier, recoveryVerifier, serverShare, joinedAtMs } = row;
  // What is in the store was parsed when it came in.
  return {
    userId: row.userId as UserId,
    username: row.username as Username,
    email,
    role,
    kdfParams,
    verifier,
    recoveryVerifier,
    serverShare,
    joinedAtMs,
    ban: banOf(row, Date.now()),
  };
}
