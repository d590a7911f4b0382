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
  /** Opens the vault. Another one when somebody knew the password: `saveVault`. */
  readonly vaultKey: VaultKey;
}

/** This device's certificate, to bind a later session to the same device. */
export interface DeviceRecord {
  readonly deviceId: DeviceId;
  readonly cert: string;
}

const VAULT_KEY = ['vault-key'] as const;
/** A vault key that was sent to the server and whose answer has not come: the vault may open with it, or with the one before. */
const NEXT_VAULT_KEY = ['vault-key-next'] as const;

/**
 * An account on this device: its database and the keys in it. Everything but key handles, ids and positions is encrypted at rest
 * under a key that never leaves the database.
 */
export class AccountHome {
  readonly userId: UserId;
  readonly store: SealedStore;
  readonly device: DeviceRecord;
  /** Called when the database is taken away under a running session. */
  onLost: () => void = () => undefined;
  #keys: HomeKeys;

  private constructor(userId: UserId, store: SealedStore, keys: HomeKeys, device: DeviceRecord) {
    this.userId = userId;
    this.store = store;
    this.#keys = keys;
    this.device = device;
  }

  /** The account's database as it is here. null: there is none, or it was never finished. */
  static async find(storage: StoragePort, userId: UserId): Promise<AccountHome | null> {
    const plain = await storage.open(nameOf(userId), () => home?.onLost());
    let home: AccountHome | null = null;
    const [cache, signer, vaultKey] = await plain.getMany('keys', [['cache-key'], ['signer'], VAULT_KEY]);
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
        { table: 'keys', key: VAULT_KEY, value: keys.vaultKey },
      ],
    });
    const store = new SealedStore(plain, cacheKey);
    await store.commit({ put: [{ table: 'meta', key: ['device'], value: device }], durable: true });
    return (home = new AccountHome(userId, store, keys, device));
  }

  static async destroy(storage: StoragePort, userId: UserId): Promise<void> {
    await storage.destroy(nameOf(userId));
  }

  get keys(): HomeKeys {
    return this.#keys;
  }

  /** Every key with which the vault may open, the likeliest first: another tab, or a run that was cut short, may have changed it. */
  async vaultKeys(): Promise<readonly VaultKey[]> {
    const found = await this.store.plain.getMany('keys', [VAULT_KEY, NEXT_VAULT_KEY]);
    const stored = found.flatMap((record) => (record === undefined ? [] : [record.value as VaultKey]));
    return [this.#keys.vaultKey, ...stored];
  }

  /** Keeps a vault key before the server is asked to take the vault that it opens. */
  async announceVaultKey(vaultKey: VaultKey): Promise<void> {
    await this.store.commit({ putKeys: [{ key: NEXT_VAULT_KEY, value: vaultKey }], durable: true });
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

  /** Keeps the vault and the key that opens it, together. An older one never replaces a newer one: another tab may have been faster. */
  async saveVault(vault: Vault, vaultKey: VaultKey): Promise<void> {
    const key = ['vault'] as const;
    for (;;) {
      const before = await this.store.get<Vault>('meta', key);
      if (before !== undefined && before.value.seq > vault.seq) return;
      const renewed = vaultKey !== this.#keys.vaultKey;
      const saved = await this.store.commit({
        expect: [{ table: 'meta', key, revision: before?.revision ?? 0 }],
        put: [{ table: 'meta', key, value: vault }],
        ...(renewed && { putKeys: [{ key: VAULT_KEY, value: vaultKey }], durable: true }),
      });
      if (!saved) continue;
      this.#keys = { ...this.#keys, vaultKey };
      return;
    }
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
