/*
 * The load generator: a process of its own that does nothing but send prepared frames on time and note when they arrive. Both halves
 * of every pair sit here, so both ends of a delivery are read from one clock.
 */
import { readFileSync } from 'node:fs';
import { commandFrames, LeanSocket } from '../wire/lean-socket.js';
import { messagesOf, type FromGenerator, type ToGenerator, type TrialPlan } from './plan.js';
import { TrialRecord } from './trial-record.js';

/** Between the word to go and the first message. */
const LEAD_MS = 200;
const TICK_MS = 1;
const ARRIVED = '["message:arrived"';

type Answer = Parameters<TrialRecord['noteAcknowledged']>[1];

async function prepare(plan: TrialPlan): Promise<() => Promise<void>> {
  const frames = readFileSync(plan.framesFile);
  const frame = (index: number) => frames.subarray(index * plan.frameBytes, (index + 1) * plan.frameBytes);
  const messages = messagesOf(plan);
  const { rate, warmUpMs, storesSequence } = plan;
  const record = new TrialRecord({ messages, seats: plan.seats.length, rate, warmUpMs, frame, storesSequence });
  const sockets = await Promise.all(plan.seats.map((seat) => LeanSocket.connect(seat, plan.path)));
  sockets.forEach((socket, seat) => {
    socket.listen({
      event: (json, part) => {
        if (part !== null && json.startsWith(ARRIVED)) record.noteArrived(seat, part, performance.now());
      },
      acknowledged: (index, json) => {
        const [answer] = JSON.parse(json) as [Answer];
        record.noteAcknowledged(index, answer, performance.now());
      },
    });
  });
  const commands = Array.from({ length: messages }, (_, index) =>
    commandFrames(index, 'message:send', { envelope: frame(index) }),
  );
  const send = (index: number): void => {
    record.noteSent();
    sockets[record.senderOf(index)]!.write(commands[index]!);
  };
  return async () => {
    const cpu = process.cpuUsage();
    const startMs = performance.now() + LEAD_MS;
    record.begin(startMs);
    await sendOnTime(messages, record, send);
    const deadline = performance.now() + plan.drainMs;
    while (!record.isComplete && performance.now() < deadline) await pause(5);
    const { user, system } = process.cpuUsage(cpu);
    report({ kind: 'done', outcome: record.outcome((user + system) / 1000, performance.now() - startMs) });
    for (const socket of sockets) socket.close();
  };
}

/** Open loop: what is due is sent, whatever became of what was sent before. */
async function sendOnTime(messages: number, record: TrialRecord, send: (index: number) => void): Promise<void> {
  for (let next = 0; next < messages;) {
    const nowMs = performance.now();
    while (next < messages && record.dueAt(next) <= nowMs) send(next++);
    await pause(TICK_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function report(message: FromGenerator): void {
  process.send?.(message);
}

let go: (() => Promise<void>) | undefined;
process.on('message', (message: ToGenerator) => {
  const step =
    message.kind === 'prepare'
      ? prepare(message.plan).then((prepared) => {
          go = prepared;
          report({ kind: 'ready' });
        })
      : go?.().then(() => process.disconnect());
  step?.catch((error: unknown) =>
    report({ kind: 'failed', reason: error instanceof Error ? error.message : 'unknown' }),
  );
});
