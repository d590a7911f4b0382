import type { SessionId, UserId, VaultItemId } from '@secureconnect/contracts/ids';
import type { Store } from '@secureconnect/platform/store/store';
import { In, type EntityManager } from 'typeorm';
import { VaultItemRow, VaultRow } from './entities/vault.js';
import { readSession } from './session-rows.js';

export interface VaultItemBytes {
  readonly itemId: VaultItemId;
  readonly bytes: Uint8Array;
}

/** An item with its hash as the vault head counts it (32 bytes). */
export interface HashedItem extends VaultItemBytes {
  readonly hash: Uint8Array;
}

export interface StoredVault {
  readonly seq: number;
  readonly header: Uint8Array;
  readonly head: Uint8Array;
}

export interface VaultChange {
  readonly seq: number;
  readonly header: Uint8Array;
  readonly head: Uint8Array;
  readonly upserts: readonly HashedItem[];
  readonly deletes: readonly VaultItemId[];
}

/** A whole vault that is stored for the first time. */
export type NewVault = StoredVault & { readonly items: readonly HashedItem[] };

/** Sees the stored vault and its items' digests, and gives the change to write or null for none. */
export type SwapRule<T> = (
  stored: StoredVault | null,
  items: ItemDigests,
) => { readonly change: VaultChange | null; readonly result: T };

/** Hash and size of each stored item, by id. */
export type ItemDigests = ReadonlyMap<VaultItemId, { readonly hash: Uint8Array; readonly sizeBytes: number }>;

/** How many rows one statement takes (SQLite bounds the number of its variables). */
const CHUNK = 500;

export class VaultRows {
  constructor(private readonly store: Store) {}

  /** The vault with all its items, of one moment. */
  read(userId: UserId): Promise<(StoredVault & { items: VaultItemBytes[] }) | null> {
    const { reader } = this.store;
    return Promise.resolve(
      reader.transaction(() => {
        const vault = reader
          .prepare<[string], StoredVault>('SELECT seq, header, head FROM vault WHERE user_id = ?')
          .get(userId);
        if (vault === undefined) return null;
        const items = reader
          .prepare<[string], VaultItemBytes>(
            'SELECT item_id AS itemId, bytes FROM vault_item WHERE user_id = ? ORDER BY item_id',
          )
          .all(userId);
        return { ...vault, items };
      })(),
    );
  }

  /** Compare and swap, for a session that must still stand. @returns what the rule says; null when the session is over */
  swap<T>(userId: UserId, sessionId: SessionId, rule: SwapRule<T>): Promise<T | null> {
    return this.store.writes.run(async (manager) => {
      const session = await readSession(manager, sessionId);
      return session?.endedAtMs === null ? swapVault(manager, userId, rule) : null;
    });
  }
}

/** Compare and swap within a transaction of this store. */
export async function swapVault<T>(manager: EntityManager, userId: UserId, rule: SwapRule<T>): Promise<T> {
  const stored = await manager.findOneBy(VaultRow, { userId });
  const decision = rule(stored, await digests(manager, userId));
  if (decision.change !== null) await write(manager, userId, decision.change);
  return decision.result;
}

/** Puts a first vault in the place of the stored one, of which nothing is left, within a transaction of this store. */
export async function replaceVault(manager: EntityManager, userId: UserId, vault: NewVault): Promise<void> {
  await manager.delete(VaultItemRow, { userId });
  await manager.delete(VaultRow, { userId });
  await insertVault(manager, userId, vault);
}

/** Stores a first vault within a transaction of this store. */
export async function insertVault(manager: EntityManager, userId: UserId, vault: NewVault): Promise<void> {
  await manager.insert(VaultRow, {
    userId,
    seq: vault.seq,
    header: Buffer.from(vault.header),
    head: Buffer.from(vault.head),
  });
  await insertItems(manager, userId, vault.items);
}

async function write(manager: EntityManager, userId: UserId, change: VaultChange): Promise<void> {
  const { seq } = change;
  await manager.update(
    VaultRow,
    { userId },
    { seq, header: Buffer.from(change.header), head: Buffer.from(change.head) },
  );
  const replaced = [...change.deletes, ...change.upserts.map((item) => item.itemId)];
  for (let from = 0; from < replaced.length; from += CHUNK) {
    await manager.delete(VaultItemRow, { userId, itemId: In(replaced.slice(from, from + CHUNK)) });
  }
  await insertItems(manager, userId, change.upserts);
}

async function insertItems(manager: EntityManager, userId: UserId, items: readonly HashedItem[]): Promise<void> {
  for (let from = 0; from < items.length; from += CHUNK) {
    const rows = items.slice(from, from + CHUNK).map((item) => ({
      userId,
      itemId: item.itemId,
      bytes: Buffer.from(item.bytes),
      hash: Buffer.from(item.hash),
    }));
    await manager.insert(VaultItemRow, rows);
  }
}

async function digests(manager: EntityManager, userId: UserId): Promise<ItemDigests> {
  const rows = await manager.query<{ itemId: VaultItemId; hash: Buffer; sizeBytes: number }[]>(
    'SELECT item_id AS itemId, hash, length(bytes) AS sizeBytes FROM vault_item WHERE user_id = ?',
    [userId],
  );
  return new Map(rows.map((row) => [row.itemId, { hash: row.hash, sizeBytes: row.sizeBytes }]));
}
