/**
 * What the messenger wants of a place that keeps things: a few named tables of records under compound keys, and one atomic
 * compare-and-commit. IndexedDB and memory both give exactly this; one contract test runs over both.
 */

/** Tables of an account's database, and of the device's own. Adding one raises DATABASE_VERSION in indexed-db-storage. */
export const TABLES = [
  'keys',
  'meta',
  'conversations',
  'messages',
  'changes',
  'replay',
  'lanes',
  'outbox',
  'identities',
  'pins',
  'groups',
] as const;
export type Table = (typeof TABLES)[number];

/** Compound key; parts compare one by one, numbers below strings (as IndexedDB orders them). */
export type RecordKey = readonly (string | number)[];

export interface StoredRecord {
  readonly key: RecordKey;
  /** Structured-cloned: bytes and CryptoKeys survive. */
  readonly value: unknown;
  /** From 1, one more with every put. */
  readonly revision: number;
}

/** A record stands at this revision; 0: it does not exist. */
export interface Expectation {
  readonly table: Table;
  readonly key: RecordKey;
  readonly revision: number;
}

export interface Commit {
  readonly expect?: readonly Expectation[];
  readonly put?: readonly { readonly table: Table; readonly key: RecordKey; readonly value: unknown }[];
  readonly remove?: readonly { readonly table: Table; readonly key: RecordKey }[];
  /** Wait until the bytes are on the disk, not just with the operating system. */
  readonly durable?: boolean;
}

/** Records whose key starts with `prefix` and whose next part lies in `from`..`to` (both inclusive). */
export interface Range {
  readonly prefix: RecordKey;
  readonly from?: string | number;
  readonly to?: string | number;
  /** Highest first. */
  readonly reverse?: boolean;
  readonly limit?: number;
}

export interface Store {
  get(table: Table, key: RecordKey): Promise<StoredRecord | undefined>;
  /** In the order of `keys`. */
  getMany(table: Table, keys: readonly RecordKey[]): Promise<(StoredRecord | undefined)[]>;
  range(table: Table, range: Range): Promise<StoredRecord[]>;
  /** All or nothing. False: an expectation did not hold, and nothing was changed. @throws StorageFailure */
  commit(commit: Commit): Promise<boolean>;
  close(): void;
}

export interface StoragePort {
  /**
   * @param onLost - called when the database is removed while it is open here (a log-out in another tab), or the browser takes it
   * @throws StorageFailure where nothing can be kept (private mode, full disk, a newer database)
   */
  open(name: string, onLost?: () => void): Promise<Store>;
  /** Removes a whole database. */
  destroy(name: string): Promise<void>;
}

/** The place that keeps things failed. The message is for a log, never for a person. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure';
}
