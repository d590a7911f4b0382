import {
  StorageFailure,
  type Commit,
  type Range,
  type RecordKey,
  type StoragePort,
  type Store,
  type StoredRecord,
  type Table,
} from './storage-port.js';

/** Databases by name, tables by name, records by the text of their key. */
type Databases = Map<string, Map<Table, Map<string, StoredRecord>>>;

/** Storage that lives as long as this object: for tests and load generators. */
export interface MemoryStorage extends StoragePort {
  /** A copy as it is at this moment: what a crashed device would find again. */
  snapshot(): MemoryStorage;
  /** Every stored value, for searching. */
  dump(): { readonly database: string; readonly table: Table; readonly key: RecordKey; readonly value: unknown }[];
}

export function memoryStorage(databases: Databases = new Map()): MemoryStorage {
  const open = new Map<MemoryStore, { readonly name: string; readonly onLost: (() => void) | undefined }>();
  return {
    async open(name, onLost) {
      let tables = databases.get(name);
      if (tables === undefined) databases.set(name, (tables = new Map<Table, Map<string, StoredRecord>>()));
      const store = new MemoryStore(
        tables,
        () => databases.get(name) === tables,
        () => open.delete(store),
      );
      open.set(store, { name, onLost });
      return store;
    },
    async destroy(name) {
      databases.delete(name);
      for (const [store, opened] of open) {
        if (opened.name !== name) continue;
        store.close();
        opened.onLost?.();
      }
    },
    snapshot() {
      const copy: Databases = new Map();
      for (const [name, tables] of databases) {
        copy.set(name, new Map([...tables].map(([table, records]) => [table, new Map(records)])));
      }
      return memoryStorage(copy);
    },
    dump() {
      return [...databases].flatMap(([database, tables]) =>
        [...tables].flatMap(([table, records]) =>
          [...records.values()].map(({ key, value }) => ({ database, table, key, value })),
        ),
      );
    },
  };
}

class MemoryStore implements Store {
  readonly #tables: Map<Table, Map<string, StoredRecord>>;
  readonly #exists: () => boolean;
  readonly #closed: () => void;
  #open = true;

  constructor(tables: Map<Table, Map<string, StoredRecord>>, exists: () => boolean, closed: () => void) {
    this.#tables = tables;
    this.#exists = exists;
    this.#closed = closed;
  }

  async get(table: Table, key: RecordKey): Promise<StoredRecord | undefined> {
    const record = this.#table(table).get(textOf(key));
    return record && structuredClone(record);
  }

  async getMany(table: Table, keys: readonly RecordKey[]): Promise<(StoredRecord | undefined)[]> {
    return Promise.all(keys.map((key) => this.get(table, key)));
  }

  async range(table: Table, range: Range): Promise<StoredRecord[]> {
    const found = [...this.#table(table).values()].filter(({ key }) => inRange(key, range));
    found.sort((a, b) => compareKeys(a.key, b.key));
    if (range.reverse === true) found.reverse();
    return found.slice(0, range.limit ?? found.length).map((record) => structuredClone(record));
  }

  async commit({ expect = [], put = [], remove = [] }: Commit): Promise<boolean> {
    for (const { table, key, revision } of expect) {
      if ((this.#table(table).get(textOf(key))?.revision ?? 0) !== revision) return false;
    }
    const values = structuredClone(put.map(({ value }) => value));
    for (const { table, key } of remove) this.#table(table).delete(textOf(key));
    for (const [index, { table, key }] of put.entries()) {
      const records = this.#table(table);
      const text = textOf(key);
      records.set(text, { key: [...key], value: values[index], revision: (records.get(text)?.revision ?? 0) + 1 });
    }
    return true;
  }

  close(): void {
    this.#open = false;
    this.#closed();
  }

  #table(table: Table): Map<string, StoredRecord> {
    if (!this.#open || !this.#exists()) throw new StorageFailure('closed');
    let records = this.#tables.get(table);
    if (records === undefined) this.#tables.set(table, (records = new Map<string, StoredRecord>()));
    return records;
  }
}

function textOf(key: RecordKey): string {
  return JSON.stringify(key);
}

function inRange(key: RecordKey, { prefix, from, to }: Range): boolean {
  if (key.length < prefix.length || prefix.some((part, index) => key[index] !== part)) return false;
  const next = key[prefix.length];
  if (next === undefined) return from === undefined;
  return (from === undefined || compareParts(next, from) >= 0) && (to === undefined || compareParts(next, to) <= 0);
}

/** Order of IndexedDB keys: part by part, a shorter key before its extensions. */
export function compareKeys(a: RecordKey, b: RecordKey): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const order = compareParts(a[index]!, b[index]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareParts(a: string | number, b: string | number): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
