import { randomFillSync } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { numberFrame } from '../load/frames.js';
import { messagesOf, type Seat } from '../load/plan.js';
import { runTrial, type CountedProcess } from '../trial/run-trial.js';
import { DRAIN_MS, type Target } from '../trial/target.js';
import type { BareServers } from './bare-servers.js';
import { FLOOR_PATH } from './floor-wire.js';

export interface FloorOptions {
  readonly servers: BareServers;
  readonly redisPid: number;
  readonly pairs: number;
  /** As long as the product's envelopes. */
  readonly frameBytes: number;
  /** Existing folder for the frames. */
  readonly folder: string;
}

/** The halves of each pair on different bare servers. */
export function makeFloor({ servers, redisPid, pairs, frameBytes, folder }: FloorOptions): Target {
  const { urls, pids } = servers;
  const processes: CountedProcess[] = [
    ...pids.map((pid, index) => ({ name: `bare-${index + 1}`, pid })),
    { name: 'redis', pid: redisPid },
  ];
  const seats = Array.from({ length: 2 * pairs }, (_, seat): Seat => bareSeat(servers, seat, `pair-${seat >> 1}`));
  if (urls.length < 2) throw new Error('the halves of a pair need two servers');
  return {
    name: 'floor',
    async trial(rate, length) {
      const framesFile = join(folder, 'floor.frames');
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
      const frames = bareFrames(messagesOf(plan), frameBytes);
      writeFileSync(framesFile, frames);
      try {
        return await runTrial(plan, processes, length.patienceMs);
      } finally {
        rmSync(framesFile, { force: true });
      }
    },
  };
}

/** Somebody's place at one of the servers, in a room. */
export function bareSeat({ urls }: BareServers, seat: number, room: string): Seat {
  return { url: urls[seat % urls.length]!, headers: { 'x-room': room } };
}

/** Noise with numbers where envelopes have their message ids, one frame after the other. */
export function bareFrames(count: number, frameBytes: number): Buffer {
  const frames = randomFillSync(Buffer.allocUnsafe(frameBytes * count));
  for (let index = 0; index < count; index++)
    numberFrame(frames.subarray(index * frameBytes, (index + 1) * frameBytes), index);
  return frames;
}
