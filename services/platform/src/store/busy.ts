import Sqlite from 'better-sqlite3';

/** Whether another connection holds the lock that a statement wanted. */
export function isBusy(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
