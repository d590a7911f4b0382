import { frameNumber } from '../load/frames.js';
import type { Seat } from '../load/plan.js';
import { Caller, type Outcome } from '../wire/caller.js';

const ARRIVES_WITHIN_MS = 60_000;
/** Between the word to go and the first message. */
const LEAD_MS = 50;

export interface Broadcast {
  readonly path: string;
  /** The first one sends. */
  readonly seats: readonly Seat[];
  /** Numbered from 0 on. */
  readonly frames: readonly Buffer[];
  readonly perSecond: number;
}

export interface BroadcastOutcome {
  /** From when each message was due until the last of the others had it, in ms. */
  readonly reachedAllMs: readonly number[];
  readonly ackMs: readonly number[];
  readonly faults: readonly string[];
}

/** One sends on time, whatever became of the message before; all others note what arrives. */
export async function broadcast({ path, seats, frames, perSecond }: Broadcast): Promise<BroadcastOutcome> {
  const missing = new Int32Array(frames.length).fill(seats.length - 1);
  const reachedAt = new Float64Array(frames.length).fill(Number.NaN);
  let [twice, damaged, complete] = [0, 0, 0];
  const listener = () => {
    const seen = new Uint8Array(frames.length);
    return (event: string, _: unknown, part: Buffer | null): void => {
      if (event !== 'message:arrived' || part === null) return;
      const index = frameNumber(part);
      const sent = frames[index];
      if (sent === undefined || !part.equals(sent)) damaged++;
      else if (seen[index]! > 0) twice++;
      else {
        seen[index] = 1;
        missing[index]! -= 1;
        if (missing[index] === 0) {
          reachedAt[index] = performance.now();
          complete++;
        }
      }
    };
  };
  const callers = await Promise.all(seats.map((seat) => Caller.connect(seat, path, listener())));
  try {
    const startMs = performance.now() + LEAD_MS;
    const dueAt = (index: number): number => startMs + (index * 1000) / perSecond;
    const answers: Promise<{ outcome: Outcome; atMs: number }>[] = [];
    for (const [index, envelope] of frames.entries()) {
      await pause(Math.max(0, dueAt(index) - performance.now()));
      const asked = callers[0]!.ask('message:send', { envelope });
      answers.push(asked.then((outcome) => ({ outcome, atMs: performance.now() })));
    }
    const answered = await Promise.all(answers);
    const deadline = performance.now() + ARRIVES_WITHIN_MS;
    while (complete < frames.length && performance.now() < deadline) await pause(5);
    const refused = answered.filter(({ outcome }) => !outcome.ok);
    const faults = [
      ...(refused.length > 0 ? [`${refused.length} refused (${String(refused[0]!.outcome.code)})`] : []),
      ...(complete < frames.length ? [`${frames.length - complete} did not reach all`] : []),
      ...(twice > 0 ? [`${twice} twice`] : []),
      ...(damaged > 0 ? [`${damaged} damaged or astray`] : []),
    ];
    return {
      reachedAllMs: [...reachedAt].map((atMs, index) => atMs - dueAt(index)).filter((ms) => !Number.isNaN(ms)),
      ackMs: answered.map(({ atMs }, index) => atMs - dueAt(index)),
      faults,
    };
  } finally {
    for (const caller of callers) caller.close();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
