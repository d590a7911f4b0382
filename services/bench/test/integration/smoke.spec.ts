import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const MAIN = resolve(__dirname, '../../dist/main.js');
const PARTS = ['direct', 'calls', 'groups', 'reconnect', 'sync', 'logins'];

describe('the benchmark', () => {
  it('carries sealed messages across two gateways, in pairs and groups, through storms and syncs, loses none, and leaves the figures on one line', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--smoke', ...PARTS, '--json'], {
      timeout: 220_000,
    });
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(1);
    const report = JSON.parse(lines[0]!) as { parts: Record<string, { count: number }[]> };
    expect(report).toMatchObject({ ours: { rate: expect.any(Number) as unknown }, floor: null });
    const counts = Object.fromEntries(
      Object.entries(report.parts).map(([part, measures]) => [part, measures.map(({ count }) => count > 0)]),
    );
    expect(counts).toEqual({
      calls: [true, true],
      groups: Array(6).fill(true),
      reconnect: [true],
      sync: [true, true],
      logins: [true, true],
    });
  }, 240_000);

  it('runs the bare floor with the same generator', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--smoke', '--only', 'floor', '--json'], {
      timeout: 50_000,
    });
    expect(JSON.parse(stdout)).toMatchObject({ ours: null, floor: { rate: expect.any(Number) as unknown } });
  }, 60_000);

  it('says what a flag takes, and starts nothing', async () => {
    const run = promisify(execFile)(process.execPath, [MAIN, '--rates', 'fast']);
    await expect(run).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--rates takes whole numbers') as unknown,
    });
  }, 30_000);
});
