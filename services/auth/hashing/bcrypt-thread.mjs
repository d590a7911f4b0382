/*
 * What a thread of ../src/accounts/bcrypt-threads.ts runs: one bcrypt at a time, synchronously, behind everything else that wants a
 * core. On Linux every thread has a priority of its own; elsewhere it stays as it is.
 */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { compareSync, hashSync } from 'bcrypt';

/** @typedef {{ kind: 'hash', secret: string, cost: number } | { kind: 'compare', secret: string, verifier: string }} Task */

if (process.platform === 'linux') {
  // "<process>/task/<thread>": Node has no other name for the thread it runs on.
  const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  setPriority(thread, Number(workerData.niceness));
}

parentPort?.on('message', (/** @type {Task} */ task) => {
  try {
    const value = task.kind === 'hash' ? hashSync(task.secret, task.cost) : compareSync(task.secret, task.verifier);
    parentPort?.postMessage({ ok: true, value });
  } catch (error) {
    parentPort?.postMessage({ ok: false, reason: error instanceof Error ? error.message : String(error) });
  }
});
