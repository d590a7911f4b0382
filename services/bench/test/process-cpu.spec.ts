import { cpuTimesUs } from '../src/cpu/process-cpu.js';

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('CPU times of processes', () => {
  onLinux('rise while a process works', () => {
    const read = () => cpuTimesUs([process.pid])!.get(process.pid)!;
    const before = read();
    const until = process.cpuUsage().user + 300_000;
    while (process.cpuUsage().user < until);
    const used = read() - before;
    expect(used).toBeGreaterThanOrEqual(200_000);
    expect(used).toBeLessThan(5_000_000);
  });

  onLinux('are zero for a process that is not there', () => {
    expect(cpuTimesUs([2_147_483_000])!.get(2_147_483_000)).toBe(0);
  });
});
