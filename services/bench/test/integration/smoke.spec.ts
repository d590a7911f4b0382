import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const MAIN = resolve(__dirname, '../../dist/main.js');

describe('the benchmark', () => {
  it('carries sealed messages across two gateways, loses none, and leaves the figures on one line', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--smoke', '--json'], { timeout: 110_000 });
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ ours: { rate: expect.any(Number) as unknown }, floor: null });
  }, 120_000);

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
