/**
 * The SQLite result code of an error (`SQLITE_BUSY`, `SQLITE_NOTADB`, ...), or null for any other error. Told by the code itself:
 * the driver's error class is not the same everywhere that the native module is loaded twice.
 */
export function sqliteCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : null;
}

/** Whether another connection holds the lock that a statement wanted. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error)?.startsWith('SQLITE_BUSY') === true;
}
