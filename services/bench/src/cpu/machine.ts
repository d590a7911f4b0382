import { cpus } from 'node:os';

/** CPU time in milliseconds of all cores together since the machine started: everything that runs on it. */
export interface MachineTimes {
  readonly busyMs: number;
  readonly totalMs: number;
}

export function machineTimes(): MachineTimes {
  let busyMs = 0;
  let idleMs = 0;
  for (const { times } of cpus()) {
    busyMs += times.user + times.nice + times.sys + times.irq;
    idleMs += times.idle;
  }
  return { busyMs, totalMs: busyMs + idleMs };
}

const LOOK_EVERY_MS = 500;
/** Share of the machine that may be busy for it to be quiet. */
const QUIET_SHARE = 0.15;
/** Looks in a row that must find it quiet. */
const QUIET_LOOKS = 3;

/** Waits until nothing else keeps the machine busy, or for `patienceMs`. */
export async function untilQuiet(patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  let before = machineTimes();
  for (let quiet = 0; quiet < QUIET_LOOKS && performance.now() < deadline;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const now = machineTimes();
    const share = (now.busyMs - before.busyMs) / Math.max(1, now.totalMs - before.totalMs);
    quiet = share < QUIET_SHARE ? quiet + 1 : 0;
    before = now;
  }
}
