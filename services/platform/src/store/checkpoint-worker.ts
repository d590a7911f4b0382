import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';

// The thread of Checkpointer: one connection that does nothing but checkpoints.
const { file } = workerData as { file: string };
const database = new Sqlite(file, { timeout: 0 });
database.pragma('synchronous = FULL');

parentPort?.on('message', () => {
  // PASSIVE never waits for readers or writers, and never makes one wait.
  database.pragma('wal_checkpoint(PASSIVE)');
});
