/*
 * Ends the processes of a stack whose owner died without ending them. The owner starts this program with a pipe to its standard input
 * and writes "+<pid>" for each process that it starts and "-<pid>" for each that has ended. When the pipe closes, what is still on the
 * list is asked to end (SIGTERM), and made to after 12 seconds.
 */
import { createInterface } from 'node:readline';

const GRACE_MS = 12_000;
const LOOK_AGAIN_MS = 100;
/** @type {Set<number>} */
const alive = new Set();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {}); // only the end of the owner counts

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) alive.add(pid);
  else alive.delete(pid);
}

const deadline = Date.now() + GRACE_MS;
signalAll('SIGTERM');
while (alive.size > 0 && Date.now() < deadline) {
  await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  signalAll(0);
}
signalAll('SIGKILL');

/** @param {NodeJS.Signals | 0} signal */
function signalAll(signal) {
  for (const pid of alive) {
    try {
      process.kill(pid, signal);
    } catch {
      alive.delete(pid);
    }
  }
}
