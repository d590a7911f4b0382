import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { DataSource, type EntityManager, type EntitySchema, type MigrationInterface } from 'typeorm';
import { StartFailure } from '../config/start-failure.js';
import { withMigrationLock } from './migration-lock.js';
import { sqliteCode } from './sqlite-code.js';
import { UnitOfWork, type UnitOfWorkOptions } from './unit-of-work.js';

/** A class, as TypeORM takes entities and migrations. */
type Constructor<T = unknown> = new (...parameters: never[]) => T;

export interface StoreOptions {
  /** Path of the SQLite file; its folder is made. */
  readonly file: string;
  readonly entities: readonly (Constructor | EntitySchema)[];
  /** The whole history, oldest first. Class names end in their time in ms (`OpenLedger1795000000000`), as TypeORM wants. */
  readonly migrations: readonly Constructor<MigrationInterface>[];
  /** `many` when several processes write this file (replicas): commits leave gaps for the others. Default `one`. */
  readonly writers?: 'one' | 'many';
  /** Told of every commit, for metrics. */
  readonly onCommit?: UnitOfWorkOptions['onCommit'];
}

/**
 * One SQLite file: WAL, synchronous=FULL, foreign keys. Writes go through {@link UnitOfWork} only; reads through `reads`
 * (TypeORM) or `reader` (plain, for hot paths), which see everything whose commit was answered.
 */
export class Store {
  constructor(
    /** The one queue of writes of this process. */
    readonly writes: UnitOfWork,
    /** For reading entities; it cannot write. */
    readonly reads: EntityManager,
    /** A read-only handle for prepared statements on hot paths. */
    readonly reader: Sqlite.Database,
    private readonly writing: DataSource,
    private readonly reading: DataSource,
  ) {}

  /** Whether the file still answers. */
  get isOpen(): boolean {
    try {
      this.reader.prepare('SELECT 1').get();
      return true;
    } catch {
      return false;
    }
  }

  /** Finishes what is queued, then closes the file. */
  async close(): Promise<void> {
    await this.writes.close();
    this.reader.close();
    await this.reading.destroy();
    await this.writing.destroy();
  }
}

/**
 * Opens a store and brings its schema up to date, under a lock that other processes starting at once respect.
 * @throws StartFailure when the file cannot be opened, or was written by a newer version of this service
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { file } = options;
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch {
    throw new StartFailure(`The folder of the store ${file} cannot be made; check its rights.`);
  }
  const writing = new DataSource({
    type: 'better-sqlite3',
    database: file,
    entities: [...options.entities] as Constructor[],
    migrations: [...options.migrations] as Constructor<MigrationInterface>[],
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
    prepareDatabase: prepareWriter,
  });
  try {
    await withMigrationLock(file, async () => {
      await writing.initialize();
      await refuseNewerSchema(writing, options.migrations, file);
      await writing.runMigrations();
    });
  } catch (error) {
    if (writing.isInitialized) await writing.destroy();
    const code = sqliteCode(error);
    if (code === null) throw error;
    throw new StartFailure(`The store ${file} cannot be opened (${code}); check the file and its rights.`);
  }
  const writer = writerHandle(writing);
  // Waiting inside SQLite would stop the whole process; the queue waits outside instead.
  writer.pragma('busy_timeout = 0');
  const reading = new DataSource({
    type: 'better-sqlite3',
    database: file,
    readonly: true,
    entities: [...options.entities] as Constructor[],
    synchronize: false,
    logging: false,
  });
  await reading.initialize();
  const reader = new Sqlite(file, { readonly: true });
  const writes = new UnitOfWork(writing, writer, {
    writers: options.writers ?? 'one',
    ...(options.onCommit === undefined ? {} : { onCommit: options.onCommit }),
  });
  return new Store(writes, reading.manager, reader, writing, reading);
}

function prepareWriter(database: Sqlite.Database): void {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  // SQLite's own checkpoint inside a commit, measured (measure/two-writers.mjs): it keeps the log at 4 MB, so that commits write over
  // existing blocks. A checkpointing thread beside it never got the log to start over, and p99 was two to three times worse.
  database.pragma('wal_autocheckpoint = 1000');
  database.pragma('cache_size = -32000');
}

function writerHandle(source: DataSource): Sqlite.Database {
  return (source.driver as unknown as { databaseConnection: Sqlite.Database }).databaseConnection;
}

async function refuseNewerSchema(source: DataSource, known: StoreOptions['migrations'], file: string): Promise<void> {
  if (!existsSync(file)) return;
  const tables = await source.query<unknown[]>(
    `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'`,
  );
  if (tables.length === 0) return;
  const done = await source.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id');
  const names = new Set(known.map((migration) => migration.name));
  const unknown = done.find((row) => !names.has(row.name));
  if (unknown !== undefined) {
    throw new StartFailure(
      `The store ${file} has the schema of a newer version (${unknown.name}); start that version, or restore a backup made before it.`,
    );
  }
}
