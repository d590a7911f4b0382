import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Restarts } from '../src/run/restarts.js';

const NAMES = ['redis', 'credits-1', 'messaging-gateway-1', 'messaging-gateway-2'];

describe('programs that end again and again', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sc-restarts-'));
  const started = (file: string, pid: number) => {
    writeFileSync(join(dir, file), String(pid));
  };

  afterAll(() => {
    rmSync(dir, { recursive: true });
  });

  it('are named at their fifth start, and no other program for them', () => {
    const restarts = new Restarts(dir, NAMES);
    started('credits-1.pid', 50);
    started('messaging-gateway-3.pid', 51);
    for (const pid of [11, 12, 13, 14]) {
      started('messaging-gateway-2.pid', pid);
      expect(restarts.endless(new Set(NAMES))).toBeUndefined();
      expect(restarts.endless(new Set(NAMES))).toBeUndefined();
    }
    started('messaging-gateway-2.pid', 15);
    expect(restarts.endless(new Set(NAMES))).toBe('messaging-gateway-1');
    expect(restarts.endless(new Set(['credits-1', 'messaging-gateway-2']))).toBeUndefined();
  });

  it('are none where PM2 has written nothing', () => {
    expect(new Restarts(join(dir, 'missing'), NAMES).endless(new Set(NAMES))).toBeUndefined();
  });
});
