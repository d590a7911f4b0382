import { deleteDB, openDB, type IDBPDatabase } from 'idb';
import {
  StorageFailure,
  TABLES,
  type Commit,
  type Range,
  type RecordKey,
  type StoragePort,
  type Store,
  type StoredRecord,
  type Table,
} from './storage-port.js';

const DATABASE_VERSION = 3;

interface Row {
  readonly value: unknown;
  readonly revision: number;
}

/** Storage in the browser's IndexedDB. CryptoKeys are kept by structured clone, so a non-extractable key stays non-extractable. */
export function indexedDbStorage(): StoragePort {
  return {
    async open(name, onLost) {
      return guarded(async () => {
        const database = await openDB(name, DATABASE_VERSION, {
          upgrade(upgraded) {
            for (const table of TABLES) {
              if (!upgraded.objectStoreNames.contains(table)) upgraded.createObjectStore(table);
            }
          },
          blocking() {
            database.close();
            onLost?.();
          },
          terminated() {
            onLost?.();
          },
        });
        return new IndexedDbStore(database);
      });
    },
    async destroy(name) {
      await guarded(() => deleteDB(name));
    },
  };
}

class IndexedDbStore implements Store {
  readonly #database: IDBPDatabase;

  constructor(database: IDBPDatabase) {
    this.#database = database;
  }

  async get(table: Table, key: RecordKey): Promise<StoredRecord | undefined> {
    return (await this.getMany(table, [key]))[0];
  }

  async getMany(table: Table, keys: readonly RecordKey[]): Promise<(StoredRecord | undefined)[]> {
    return guarded(async () => {
      const store = this.#database.transaction(table, 'readonly').store;
      return Promise.all(
        keys.map(async (key) => {
          const row = (await store.get([...key])) as Row | undefined;
          return row && { key: [...key], ...row };
        }),
      );
    });
  }

  async range(table: Table, range: Range): Promise<StoredRecord[]> {
    return guarded(async () => {
      const store = this.#database.transaction(table, 'readonly').store;
      const bounds = keyRange(range);
      if (range.reverse !== true) {
        const [keys, rows] = await Promise.all([
          store.getAllKeys(bounds, range.limit),
          store.getAll(bounds, range.limit) as Promise<Row[]>,
        ]);
        return rows.map((row, index) => ({ key: keys[index] as RecordKey, ...row }));
      }
      const found: StoredRecord[] = [];
      let cursor = await store.openCursor(bounds, 'prev');
      while (cursor !== null && found.length < (range.limit ?? Infinity)) {
        found.push({ key: cursor.key as RecordKey, ...(cursor.value as Row) });
        cursor = await cursor.continue();
      }
      return found;
    });
  }

  async commit({ expect = [], put = [], remove = [], durable = false }: Commit): Promise<boolean> {
    const tables = [...new Set([...expect, ...put, ...remove].map(({ table }) => table))];
    if (tables.length === 0) return true;
    return guarded(async () => {
      const transaction = this.#database.transaction(tables, 'readwrite', {
        durability: durable ? 'strict' : 'default',
      });
      const revisionOf = async (table: Table, key: RecordKey) =>
        ((await transaction.objectStore(table).get([...key])) as Row | undefined)?.revision ?? 0;
      const done = transaction.done;
      // An aborted transaction rejects `done` before anything awaits it.
      done.catch(() => undefined);
      const found = await Promise.all(expect.map(({ table, key }) => revisionOf(table, key)));
      if (expect.some(({ revision }, index) => found[index] !== revision)) {
        transaction.abort();
        return false;
      }
      await Promise.all(remove.map(({ table, key }) => transaction.objectStore(table).delete([...key])));
      await Promise.all(
        put.map(async ({ table, key, value }) => {
          const row: Row = { value, revision: (await revisionOf(table, key)) + 1 };
          await transaction.objectStore(table).put(row, [...key]);
        }),
      );
      await done;
      return true;
    });
  }

  close(): void {
    this.#database.close();
  }
}

function keyRange({ prefix, from, to }: Range): IDBKeyRange {
  const lower = from === undefined ? [...prefix] : [...prefix, from];
  // An array sorts above every number and string: [p, []] ends all keys that start with p.
  const upper = to === undefined ? [...prefix, []] : [...prefix, to, []];
  return IDBKeyRange.bound(lower, upper);
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new StorageFailure(error instanceof Error ? error.name : 'unknown');
  }
}
