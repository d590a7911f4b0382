import type { DeviceId, SessionId, UserId } from '@secureconnect/contracts/ids';
import type { Store } from '@secureconnect/platform/store/store';
import { BundleRow } from './entities/bundle.js';
import { DeviceRow, RevocationRow } from './entities/device.js';
import { updateSession } from './session-rows.js';

export interface StoredDevice {
  readonly deviceId: DeviceId;
  readonly userId: UserId;
  readonly cert: Uint8Array;
  readonly revoked: boolean;
}

/** What the directory gives out about a user, bytes as they were sent. */
export interface StoredIdentity {
  /** By rising bundleVer. */
  readonly bundles: readonly Uint8Array[];
  readonly deviceCerts: readonly Uint8Array[];
  readonly revocations: readonly Uint8Array[];
}

export interface Publication {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly cert: Uint8Array;
  readonly sessionId: SessionId;
  readonly nowMs: number;
}

export class DeviceRows {
  constructor(private readonly store: Store) {}

  async identity(userId: UserId): Promise<StoredIdentity> {
    const { reads } = this.store;
    const bundles = await reads.find(BundleRow, { where: { userId }, order: { bundleVer: 'ASC' } });
    const devices = await reads.find(DeviceRow, {
      where: { userId },
      order: { publishedAtMs: 'ASC', deviceId: 'ASC' },
    });
    const revocations = await reads.find(RevocationRow, { where: { userId }, order: { deviceId: 'ASC' } });
    return {
      bundles: bundles.map((row) => row.bytes),
      deviceCerts: devices.map((row) => row.cert),
      revocations: revocations.map((row) => row.bytes),
    };
  }

  /** The account's newest bundle. */
  async currentBundle(userId: UserId): Promise<Uint8Array | null> {
    const row = await this.store.reads.findOne(BundleRow, { where: { userId }, order: { bundleVer: 'DESC' } });
    return row?.bytes ?? null;
  }

  /**
   * Stores a verified certificate and binds the session to its device, in one transaction. `rule` sees what is stored under
   * that device id and how many devices the account has, and says what to do.
   */
  publish<T>(
    publication: Publication,
    rule: (existing: StoredDevice | null, devices: number) => { readonly store: boolean; readonly result: T },
  ): Promise<T> {
    const { userId, deviceId, sessionId } = publication;
    return this.store.writes.run(async (manager) => {
      const row = await manager.findOneBy(DeviceRow, { deviceId });
      const revoked = await manager.existsBy(RevocationRow, { deviceId });
      const existing = row === null ? null : { deviceId, userId: row.userId as UserId, cert: row.cert, revoked };
      const decision = rule(existing, await manager.countBy(DeviceRow, { userId }));
      if (!decision.store) return decision.result;
      const cert = Buffer.from(publication.cert);
      if (row === null) await manager.insert(DeviceRow, { deviceId, userId, cert, publishedAtMs: publication.nowMs });
      else await manager.update(DeviceRow, { deviceId }, { cert });
      await updateSession(manager, sessionId, { deviceId });
      return decision.result;
    });
  }
}
