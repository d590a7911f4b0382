import Database from 'better-sqlite3';

/** Reads a service's store beside the running service (WAL: readers do not disturb the writer). */
export function readStore<T>(file: string, read: (database: Database.Database) => T): T {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return read(database);
  } finally {
    database.close();
  }
}
