import { fromBase64Url, fromHex, toBase64Url, toHex } from '@secureconnect/contracts/encoding';
import type { SessionId, UserId, Username } from '@secureconnect/contracts/ids';
import { asBytes32, type Bytes } from '@secureconnect/contracts/signed/bytes';
import type { VaultMark } from '@secureconnect/crypto/vault/head';
import type { BanView, SessionEnd } from '../messenger.js';
import { makeCacheKey, SealedStore } from '../storage/sealed-store.js';
import type { StoragePort } from '../storage/storage-port.js';

const DATABASE = 'secureconnect';

/** What this device has seen of an account, under a hash of its name. It outlives log-out: it is what a rollback is measured by. */
export interface KnownAccount {
  readonly userId: UserId;
  /** The strongest key derivation that the server has asked for (THREATS 3). */
  readonly kdfParams: Bytes;
  /** H(ed25519 || mldsa65) of the account (THREATS 21). */
  readonly pin: string;
}

interface KnownAccountRecord {
  readonly userId: UserId;
  readonly kdfParams: string;
  readonly pin: string;
}

/** Whose messages are on this device, and how the last session ended. */
export interface CurrentAccount {
  readonly userId: UserId | null;
  readonly endedBy: SessionEnd | null;
  readonly ban?: BanView;
  /** The session that began last; absent once it is over. */
  readonly sessionId?: SessionId;
}

/** The device's own small database: which account is here, and what was seen of each account before. Encrypted at rest. */
export class DeviceMemory {
  readonly #store: SealedStore;

  private constructor(store: SealedStore) {
    this.#store = store;
  }

  /** @param onLost - called when the browser takes the database away while it is open */
  static async open(storage: StoragePort, onLost?: () => void): Promise<DeviceMemory> {
    const plain = await storage.open(DATABASE, onLost);
    const place = { table: 'keys', key: ['cache-key'] } as const;
    for (;;) {
      const found = await plain.get(place.table, place.key);
      if (found !== undefined) return new DeviceMemory(new SealedStore(plain, found.value as CryptoKey));
      await plain.commit({ expect: [{ ...place, revision: 0 }], put: [{ ...place, value: await makeCacheKey() }] });
    }
  }

  async current(): Promise<CurrentAccount> {
    const found = await this.#store.get<CurrentAccount>('meta', ['current']);
    return found?.value ?? { userId: null, endedBy: null };
  }

  /** How the session of this user ended, here or in another tab; null while it is the browser's. */
  async endOf(user: UserId): Promise<SessionEnd | null> {
    const { userId, endedBy } = await this.current();
    if (userId === user) return null;
    return userId === null && endedBy === null ? 'storage-lost' : 'you';
  }

  async setCurrent(value: CurrentAccount): Promise<void> {
    await this.#store.commit({ put: [{ table: 'meta', key: ['current'], value }], durable: true });
  }

  async knownAccount(username: Username): Promise<KnownAccount | null> {
    const found = await this.#store.get<KnownAccountRecord>('meta', ['account', await nameKey(username)]);
    return found ? { ...found.value, kdfParams: fromBase64Url(found.value.kdfParams) } : null;
  }

  async rememberAccount(username: Username, account: KnownAccount): Promise<void> {
    const value: KnownAccountRecord = { ...account, kdfParams: toBase64Url(account.kdfParams) };
    await this.#store.commit({ put: [{ table: 'meta', key: ['account', await nameKey(username)], value }] });
  }

  /** The highest vault that this device has seen of the user (THREATS 9). */
  async vaultMark(userId: UserId): Promise<VaultMark | null> {
    const found = await this.#store.get<{ seq: number; hash: string }>('meta', ['vault-mark', userId]);
    return found ? { seq: found.value.seq, hash: asBytes32(fromHex(found.value.hash)) } : null;
  }

  /** Never goes down. */
  async rememberVault(userId: UserId, { seq, hash }: VaultMark): Promise<void> {
    await this.#store.update<{ seq: number; hash: string }>('meta', ['vault-mark', userId], (mark) =>
      mark !== undefined && mark.seq >= seq ? null : { seq, hash: toHex(hash) },
    );
  }

  /** The person knows that the account was started fresh: its vault begins anew, and so does what is remembered of it. */
  async forgetVault(userId: UserId): Promise<void> {
    await this.#store.commit({ remove: [{ table: 'meta', key: ['vault-mark', userId] }], durable: true });
  }

  close(): void {
    this.#store.plain.close();
  }
}

/** Names are not kept in the clear, not even as keys. */
async function nameKey(username: Username): Promise<string> {
  const text = new TextEncoder().encode(`SecureConnect/1 device-memory\0${username}`);
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', text)));
}
