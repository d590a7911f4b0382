import { fork, type ChildProcess } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { numberFrame } from '../load/frames.js';
import { messagesOf, type Seat } from '../load/plan.js';
import { runTrial, type CountedProcess } from '../trial/run-trial.js';
import { DRAIN_MS, type Target } from '../trial/target.js';
import { FLOOR_PATH, type FromBareServer } from './floor-wire.js';

const BARE = fileURLToPath(new URL('./bare-worker.js', import.meta.url));
const REPLICAS = 2;
const LISTENING_WITHIN_MS = 10_000;

export interface FloorOptions {
  readonly redisUrl: string;
  readonly redisPid: number;
  readonly pairs: number;
  /** As long as the product's envelopes. */
  readonly frameBytes: number;
  /** Existing folder for the frames. */
  readonly folder: string;
}

/** Two bare Socket.IO servers on the given Redis, the halves of each pair on different ones. */
export async function startFloor(options: FloorOptions): Promise<Target> {
  const servers = Array.from({ length: REPLICAS }, () => fork(BARE, [options.redisUrl]));
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map(end));
  };
  try {
    const urls = await Promise.all(servers.map(listening));
    const processes: CountedProcess[] = [
      ...servers.map(({ pid }, index) => ({ name: `bare-${index + 1}`, pid: pid! })),
      { name: 'redis', pid: options.redisPid },
    ];
    const seats: Seat[] = Array.from({ length: 2 * options.pairs }, (_, seat) => ({
      url: urls[seat % REPLICAS]!,
      headers: { 'x-pair': `pair-${seat >> 1}` },
    }));
    const { frameBytes } = options;
    return {
      name: 'floor',
      stop,
      async trial(rate, length) {
        const framesFile = join(options.folder, 'floor.frames');
        const plan = {
          path: FLOOR_PATH,
          seats,
          framesFile,
          frameBytes,
          rate,
          ...length,
          drainMs: DRAIN_MS,
          storesSequence: false,
        };
        writeFrames(framesFile, frameBytes, messagesOf(plan));
        try {
          return await runTrial(plan, processes, length.patienceMs);
        } finally {
          rmSync(framesFile, { force: true });
        }
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function writeFrames(file: string, frameBytes: number, count: number): void {
  const frames = randomFillSync(Buffer.allocUnsafe(frameBytes * count));
  for (let index = 0; index < count; index++)
    numberFrame(frames.subarray(index * frameBytes, (index + 1) * frameBytes), index);
  writeFileSync(file, frames);
}

function listening(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const overdue = setTimeout(() => reject(new Error('a bare server did not start in time')), LISTENING_WITHIN_MS);
    server.once('exit', () => reject(new Error('a bare server ended')));
    server.once('message', (message: FromBareServer) => {
      clearTimeout(overdue);
      resolve(message.url);
    });
  });
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await gone;
}
