import type { DeviceId, SessionId, UserId, Username } from '@secureconnect/contracts/ids';
import type { Vault } from '@secureconnect/contracts/auth';
import type { Ed25519Signer } from '@secureconnect/crypto/primitives/primitives';
import type { VaultKey } from '@secureconnect/crypto/vault/slots';
import type { Self } from '../messenger.js';
import { makeCacheKey, SealedStore } from '../storage/sealed-store.js';
import type { StoragePort } from '../storage/storage-port.js';

/** The session as it is kept over a reload. */
export interface SessionRecord {
  readonly userId: UserId;
  readonly username: Username;
  readonly role: 'user' | 'admin';
  readonly deviceId: DeviceId;
  readonly sessionId: SessionId;
  readonly accessExpiresAtMs: number;
}

/** Keys that IndexedDB holds for this account: none of them can be exported. */
export interface HomeKeys {
  readonly signer: Ed25519Signer;
  readonly vaultKey: VaultKey;
}

/** This device's certificate, to bind a later session to the same device. */
export interface DeviceRecord {
  readonly deviceId: DeviceId;
  readonly cert: string;
}

/**
 * An account on this device: its database and the keys in it. Everything but key handles, ids and positions is encrypted at rest
 * under a key that never leaves the database.
 */
export class AccountHome {
  readonly userId: UserId;
  readonly store: SealedStore;
  readonly keys: HomeKeys;
  readonly device: DeviceRecord;
  /** Called when the database is taken away under a running session. */
  onLost: () => void = () => undefined;

  private constructor(userId: UserId, store: SealedStore, keys: HomeKeys, device: DeviceRecord) {
    this.userId = userId;
    this.store = store;
    this.keys = keys;
    this.device = device;
  }

  /** The account's database as it is here. null: there is none, or it was never finished. */
  static async find(storage: StoragePort, userId: UserId): Promise<AccountHome | null> {
    const plain = await storage.open(nameOf(userId), () => home?.onLost());
    let home: AccountHome | null = null;
    const [cache, signer, vaultKey] = await plain.getMany('keys', [['cache-key'], ['signer'], ['vault-key']]);
    if (cache === undefined || signer === undefined || vaultKey === undefined) {
      plain.close();
      return null;
    }
    const store = new SealedStore(plain, cache.value as CryptoKey);
    const device = await store.get<DeviceRecord>('meta', ['device']);
    if (device === undefined) {
      plain.close();
      return null;
    }
    const keys = { signer: signer.value as Ed25519Signer, vaultKey: vaultKey.value as VaultKey };
    return (home = new AccountHome(userId, store, keys, device.value));
  }

  /** A fresh database for an account and a new device of it; whatever was there before is gone. */
  static async make(storage: StoragePort, userId: UserId, keys: HomeKeys, device: DeviceRecord): Promise<AccountHome> {
    await storage.destroy(nameOf(userId));
    const plain = await storage.open(nameOf(userId), () => home?.onLost());
    let home: AccountHome | null = null;
    const cacheKey = await makeCacheKey();
    await plain.commit({
      put: [
        { table: 'keys', key: ['cache-key'], value: cacheKey },
        { table: 'keys', key: ['signer'], value: keys.signer },
        { table: 'keys', key: ['vault-key'], value: keys.vaultKey },
      ],
    });
    const store = new SealedStore(plain, cacheKey);
    await store.commit({ put: [{ table: 'meta', key: ['device'], value: device }], durable: true });
    return (home = new AccountHome(userId, store, keys, device));
  }

  static async destroy(storage: StoragePort, userId: UserId): Promise<void> {
    await storage.destroy(nameOf(userId));
  }

  async session(): Promise<SessionRecord | null> {
    return (await this.store.get<SessionRecord>('meta', ['session']))?.value ?? null;
  }

  async saveSession(record: SessionRecord): Promise<void> {
    await this.store.commit({ put: [{ table: 'meta', key: ['session'], value: record }], durable: true });
  }

  /** The sealed vault as last seen: with it a reload needs neither password nor network. */
  async vault(): Promise<Vault | null> {
    return (await this.store.get<Vault>('meta', ['vault']))?.value ?? null;
  }

  async saveVault(vault: Vault): Promise<void> {
    await this.store.commit({ put: [{ table: 'meta', key: ['vault'], value: vault }] });
  }

  close(): void {
    this.store.plain.close();
  }
}

export function selfOf({ userId, username, deviceId, role }: SessionRecord): Self {
  return { userId, username, deviceId, role };
}

function nameOf(userId: UserId): string {
  return `secureconnect-${userId}`;
}
