import type { PublicIdentity } from '@secureconnect/contracts/auth';
import { toBase64Url } from '@secureconnect/contracts/encoding';
import type { UserId, Username } from '@secureconnect/contracts/ids';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { Account, AccountRows } from '../store/account-rows.js';
import type { DeviceRows } from '../store/device-rows.js';

/** Finds public identities by exact name or id [T-104]. What it gives is believed by no client before its signatures verify. */
export class Directory {
  constructor(
    private readonly accounts: AccountRows,
    private readonly devices: DeviceRows,
  ) {}

  /** @throws Violation `not-found` */
  async byName(username: Username): Promise<PublicIdentity> {
    return this.#identity(await this.accounts.byUsername(username));
  }

  /** @throws Violation `not-found` */
  async byId(userId: UserId): Promise<PublicIdentity> {
    return this.#identity(await this.accounts.byUserId(userId));
  }

  async #identity(account: Account | null): Promise<PublicIdentity> {
    if (account === null) throw new Violation('not-found');
    const { bundles, deviceCerts, revocations } = await this.devices.identity(account.userId);
    return {
      userId: account.userId,
      username: account.username,
      bundles: bundles.map(toBase64Url),
      deviceCerts: deviceCerts.map(toBase64Url),
      revocations: revocations.map(toBase64Url),
    };
  }
}
