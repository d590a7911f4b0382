/*
 * The load generator: a process of its own that does nothing but send prepared frames on time and note when they arrive. Both halves
 * of every pair sit here, so both ends of a delivery are read from one clock.
 */
import { readFileSync } from 'node:fs';
import { io, type Socket } from 'socket.io-client';
import { PROTOCOL_VERSION } from '@secureconnect/contracts/limits';
import { messagesOf, type FromGenerator, type Seat, type ToGenerator, type TrialPlan } from './plan.js';
import { TrialRecord } from './trial-record.js';

const CONNECT_WITHIN_MS = 20_000;
/** Between the word to go and the first message. */
const LEAD_MS = 200;
const TICK_MS = 1;

interface Arrival {
  readonly envelope: Buffer;
}
type Answer = Parameters<TrialRecord['noteAcknowledged']>[1];

function connect(seat: Seat, path: string): Promise<Socket> {
  const socket = io(seat.url, {
    path,
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    query: { k: 'bench' },
    auth: { v: PROTOCOL_VERSION },
    extraHeaders: { ...seat.headers },
  });
  return new Promise((resolve, reject) => {
    const overdue = setTimeout(() => reject(new Error('a socket did not connect in time')), CONNECT_WITHIN_MS);
    socket.once('connect_error', (error: Error & { data?: unknown }) => {
      reject(new Error(`a socket was refused: ${error.message} ${JSON.stringify(error.data)}`));
    });
    // The server welcomes a socket when it listens and its rooms are heard on all replicas.
    socket.once('session:welcome', () => {
      clearTimeout(overdue);
      resolve(socket);
    });
  });
}

async function prepare(plan: TrialPlan): Promise<() => Promise<void>> {
  const frames = readFileSync(plan.framesFile);
  const frame = (index: number) => frames.subarray(index * plan.frameBytes, (index + 1) * plan.frameBytes);
  const messages = messagesOf(plan);
  const { rate, warmUpMs, storesSequence } = plan;
  const record = new TrialRecord({ messages, seats: plan.seats.length, rate, warmUpMs, frame, storesSequence });
  const sockets = await Promise.all(plan.seats.map((seat) => connect(seat, plan.path)));
  sockets.forEach((socket, seat) => {
    socket.on('message:arrived', ({ envelope }: Arrival) => record.noteArrived(seat, envelope, performance.now()));
  });
  const send = (index: number): void => {
    record.noteSent();
    sockets[record.senderOf(index)]!.emit('message:send', { envelope: frame(index) }, (answer: Answer) => {
      record.noteAcknowledged(index, answer, performance.now());
    });
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
    for (const socket of sockets) socket.disconnect();
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
