import type { DeviceId, SessionId, UserId } from '@secureconnect/contracts/ids';
import type { Store } from '@secureconnect/platform/store/store';
import type { EntityManager } from 'typeorm';
import { BundleRow } from './entities/bundle.js';
import { DeviceRow, RevocationRow } from './entities/device.js';
import { endSessions, readSession, updateSession, type Session } from './session-rows.js';

export interface StoredDevice {
  readonly deviceId: DeviceId;
  readonly userId: UserId;
  readonly cert: Uint8Array;
  readonly revoked: boolean;
  /** Left behind when its account started fresh. */
  readonly superseded: boolean;
}

/** A verified revocation, as it was sent. */
export interface SignedRevocation {
  readonly deviceId: DeviceId;
  readonly bytes: Uint8Array;
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
  /** The version of the bundle whose keys verified the certificate. */
  readonly bundleVer: number;
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
    return newestBundle(this.store.reads, userId);
  }

  /**
   * Stores a verified certificate and binds the session to its device, in one transaction, if session and bundle are still what they
   * were when it was verified. `rule` sees what is stored under that device id and how many devices the account has, and says what to do.
   * @returns null when the session or the bundle is no more; `isNews` when others should hear of it
   */
  publish<T>(
    publication: Publication,
    rule: (existing: StoredDevice | null, devices: number) => { readonly store: boolean; readonly result: T },
  ): Promise<{ readonly result: T; readonly isNews: boolean } | null> {
    const { userId, deviceId, sessionId, nowMs } = publication;
    return this.store.writes.run(async (manager) => {
      const session = await readSession(manager, sessionId);
      const isCurrent = await manager.existsBy(BundleRow, { userId, bundleVer: publication.bundleVer + 1 });
      if (session?.endedAtMs !== null || isCurrent) return null;
      const row = await manager.findOneBy(DeviceRow, { deviceId });
      const revoked = await manager.existsBy(RevocationRow, { deviceId });
      const existing = row === null ? null : toStored(row, revoked);
      const { store, result } = rule(existing, await manager.countBy(DeviceRow, { userId }));
      if (!store) return { result, isNews: false };
      const cert = Buffer.from(publication.cert);
      if (row === null) await insertDevice(manager, { userId, deviceId, cert, nowMs });
      else await manager.update(DeviceRow, { deviceId }, { cert });
      await updateSession(manager, sessionId, { deviceId });
      return { result, isNews: row === null || !cert.equals(row.cert) };
    });
  }

  /**
   * Stores verified revocations and ends the sessions of their devices: all or none.
   * @param revocation.sessionId - whose caller asks; it must still stand
   * @returns the sessions that ended; null when the session or the bundle is no more, or a device is not one to revoke
   */
  revoke(revocation: {
    readonly userId: UserId;
    readonly sessionId: SessionId;
    readonly bundleVer: number;
    readonly revocations: readonly SignedRevocation[];
    readonly nowMs: number;
  }): Promise<{ readonly ended: Session[]; readonly isNews: boolean } | 'session-ended' | 'revocation-refused'> {
    const { userId, sessionId, revocations, nowMs } = revocation;
    return this.store.writes.run(async (manager) => {
      const session = await readSession(manager, sessionId);
      if (session?.endedAtMs !== null) return 'session-ended';
      if (await manager.existsBy(BundleRow, { userId, bundleVer: revocation.bundleVer + 1 }))
        return 'revocation-refused';
      const stored = await insertRevocations(manager, userId, revocations);
      if (stored === null) return 'revocation-refused';
      const devices = revocations.map(({ deviceId }) => deviceId);
      return { ended: await endSessions(manager, userId, { devices }, nowMs), isNews: stored > 0 };
    });
  }
}

function toStored(row: DeviceRow, revoked: boolean): StoredDevice {
  return {
    deviceId: row.deviceId as DeviceId,
    userId: row.userId as UserId,
    cert: row.cert,
    revoked,
    superseded: row.superseded !== 0,
  };
}

/** The newest bundle of a user, by any manager of this store. */
export async function newestBundle(manager: EntityManager, userId: UserId): Promise<Uint8Array | null> {
  const row = await manager.findOne(BundleRow, { where: { userId }, order: { bundleVer: 'DESC' } });
  return row?.bytes ?? null;
}

/** Stores a new device within a transaction of this store. */
export async function insertDevice(
  manager: EntityManager,
  device: { readonly userId: UserId; readonly deviceId: DeviceId; readonly cert: Uint8Array; readonly nowMs: number },
): Promise<void> {
  const { userId, deviceId, nowMs } = device;
  await manager.insert(DeviceRow, {
    deviceId,
    userId,
    cert: Buffer.from(device.cert),
    publishedAtMs: nowMs,
    superseded: 0,
  });
}

/**
 * Stores verified revocations within a transaction of this store. The first one of a device stays: nobody moves its time afterwards.
 * @returns how many are new, or null when one names a device that the user does not have, or left behind: then nothing may be stored
 */
export async function insertRevocations(
  manager: EntityManager,
  userId: UserId,
  revocations: readonly SignedRevocation[],
): Promise<number | null> {
  for (const { deviceId } of revocations)
    if (!(await manager.existsBy(DeviceRow, { deviceId, userId, superseded: 0 }))) return null;
  let stored = 0;
  for (const { deviceId, bytes } of revocations) {
    if (await manager.existsBy(RevocationRow, { deviceId })) continue;
    await manager.insert(RevocationRow, { deviceId, userId, bytes: Buffer.from(bytes) });
    stored++;
  }
  return stored;
}
