import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Fields of /proc/<pid>/stat after the program's name: utime and stime in clock ticks (proc(5)). */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

let ticksPerSecond: number | undefined;

/** CPU time in microseconds that these processes have used, all threads; null where there is no /proc. Ended ones count nothing. */
export function cpuTimesUs(pids: readonly number[]): ReadonlyMap<number, number> | null {
  if (process.platform !== 'linux') return null;
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const usPerTick = 1_000_000 / ticksPerSecond;
  return new Map(pids.map((pid) => [pid, ticksOf(pid) * usPerTick]));
}

function ticksOf(pid: number): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return 0;
  }
  // The name is in parentheses and may hold anything, parentheses too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
}
