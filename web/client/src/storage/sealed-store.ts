import type { Commit, Expectation, Range, RecordKey, Store, Table } from './storage-port.js';
import { StorageFailure } from './storage-port.js';

const NONCE_BYTES = 12;

/** A record as the messenger sees it: plain JSON, and the revision to expect when it is changed. */
export interface Sealed<T> {
  readonly key: RecordKey;
  readonly value: T;
  /** 0 where there was none. */
  readonly revision: number;
}

export interface SealedCommit extends Omit<Commit, 'put'> {
  readonly put?: readonly { readonly table: Table; readonly key: RecordKey; readonly value: object }[];
  /** Key handles, which nobody can read: kept as they are, in the same transaction. */
  readonly putKeys?: readonly { readonly key: RecordKey; readonly value: object }[];
}

/**
 * A store whose values are encrypted at rest: AES-256-GCM under a non-extractable key, a random 12-byte nonce, and table and key
 * as associated data, so that a record cannot be moved. Keys stay readable: they are ids and positions, never content.
 */
export class SealedStore {
  readonly plain: Store;
  readonly #key: CryptoKey;

  /** @param key - AES-GCM, 256 bits, usages encrypt and decrypt */
  constructor(plain: Store, key: CryptoKey) {
    this.plain = plain;
    this.#key = key;
  }

  async get<T>(table: Table, key: RecordKey): Promise<Sealed<T> | undefined> {
    const record = await this.plain.get(table, key);
    return record && { key, revision: record.revision, value: await this.#open<T>(table, key, record.value) };
  }

  async getMany<T>(table: Table, keys: readonly RecordKey[]): Promise<(Sealed<T> | undefined)[]> {
    const records = await this.plain.getMany(table, keys);
    return Promise.all(
      records.map(
        async (record) =>
          record && {
            key: record.key,
            revision: record.revision,
            value: await this.#open<T>(table, record.key, record.value),
          },
      ),
    );
  }

  async range<T>(table: Table, range: Range): Promise<Sealed<T>[]> {
    const records = await this.plain.range(table, range);
    return Promise.all(
      records.map(async ({ key, revision, value }) => ({
        key,
        revision,
        value: await this.#open<T>(table, key, value),
      })),
    );
  }

  async commit({ put = [], putKeys = [], ...rest }: SealedCommit): Promise<boolean> {
    const sealed = await Promise.all(
      put.map(async ({ table, key, value }) => ({ table, key, value: await this.#seal(table, key, value) })),
    );
    const keys = putKeys.map(({ key, value }) => ({ table: 'keys' as const, key, value }));
    return this.plain.commit({ ...rest, put: [...sealed, ...keys] });
  }

  /**
   * Reads a record, changes it, writes it; begins again when another tab was faster.
   * @param change - gives the new value, or null to leave things as they are
   */
  async update<T extends object>(
    table: Table,
    key: RecordKey,
    change: (value: T | undefined) => T | null,
    { durable = false }: Pick<Commit, 'durable'> = {},
  ): Promise<T | undefined> {
    for (;;) {
      const current = await this.get<T>(table, key);
      const next = change(current?.value);
      if (next === null) return current?.value;
      const expect: Expectation[] = [{ table, key, revision: current?.revision ?? 0 }];
      if (await this.commit({ expect, put: [{ table, key, value: next }], durable })) return next;
    }
  }

  async #seal(table: Table, key: RecordKey, value: object): Promise<Uint8Array> {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const plaintext = new TextEncoder().encode(JSON.stringify(value));
    const parameters = { name: 'AES-GCM', iv: nonce, additionalData: placeOf(table, key) };
    const ciphertext = new Uint8Array(await crypto.subtle.encrypt(parameters, this.#key, plaintext));
    const bytes = new Uint8Array(NONCE_BYTES + ciphertext.length);
    bytes.set(nonce);
    bytes.set(ciphertext, NONCE_BYTES);
    return bytes;
  }

  async #open<T>(table: Table, key: RecordKey, value: unknown): Promise<T> {
    if (!(value instanceof Uint8Array)) throw new StorageFailure('not a sealed record');
    const bytes = new Uint8Array(value);
    try {
      const parameters = {
        name: 'AES-GCM',
        iv: bytes.subarray(0, NONCE_BYTES),
        additionalData: placeOf(table, key),
      };
      const plaintext = await crypto.subtle.decrypt(parameters, this.#key, bytes.subarray(NONCE_BYTES));
      return JSON.parse(new TextDecoder().decode(plaintext)) as T;
    } catch {
      throw new StorageFailure('a record does not open');
    }
  }
}

/** A fresh key for {@link SealedStore}: it can be kept in IndexedDB and never leaves it. */
export async function makeCacheKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

function placeOf(table: Table, key: RecordKey): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(['SecureConnect/1 cache', table, ...key]));
}
