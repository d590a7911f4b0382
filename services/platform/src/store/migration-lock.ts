import Sqlite from 'better-sqlite3';
import { StartFailure } from '../config/start-failure.js';
import { isBusy } from './sqlite-code.js';

const WAIT_MAX_MS = 60_000;

/**
 * Runs `work` while no other process does so for the same store. The lock is an exclusive transaction on a file beside the
 * store: the operating system lets go of it when the holder dies.
 * @throws StartFailure after a minute of waiting
 */
export async function withMigrationLock<T>(storeFile: string, work: () => Promise<T>): Promise<T> {
  const lock = new Sqlite(`${storeFile}.migration-lock`, { timeout: 0 });
  try {
    await takeLock(lock, storeFile);
    return await work();
  } finally {
    lock.close();
  }
}

async function takeLock(lock: Sqlite.Database, storeFile: string): Promise<void> {
  const deadline = Date.now() + WAIT_MAX_MS;
  for (;;) {
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (Date.now() > deadline)
        throw new StartFailure(
          `Another process has held the migration lock of ${storeFile} for a minute; end it and start again.`,
        );
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 30));
    }
  }
}
