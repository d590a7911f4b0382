import { randomBytes } from 'node:crypto';
import { writeCallSignal } from '@secureconnect/contracts/call-signals';
import { asBytes16, type Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { sealEnvelope } from '@secureconnect/crypto/envelope/seal';
import { SIGNALING_SOCKET_PATH } from '@secureconnect/client/deps';
import { bareSeat } from '../floor/floor.js';
import type { BareServers } from '../floor/bare-servers.js';
import { FLOOR_PATH } from '../floor/floor-wire.js';
import type { Seat } from '../load/plan.js';
import { openConversations } from '../ours/open-conversations.js';
import { MESSAGING_PATH, type Surroundings } from '../ours/ours.js';
import type { Person } from '../ours/people.js';
import { Caller } from '../wire/caller.js';
import { measureOf, type Measure } from './measure.js';

/** People do not notice so long between the click and the first ring. */
const MARK_MS = 100;
const RING_EVERY_MS = 10;
/** Signals of one pair that are on their way at once, at full speed. */
const AT_ONCE = 4;
const ARRIVES_WITHIN_MS = 60_000;

export interface CallsPlan {
  /** The halves of each sit at different replicas. */
  readonly pairs: number;
  readonly rings: number;
  /** At full speed; signals are good for a minute. */
  readonly seconds: number;
}

/** What is said from one half of a pair to the other, and by which words of the wire. */
interface Pair {
  readonly from: Seat;
  readonly to: Seat;
  readonly body: object;
}
interface Wire {
  readonly path: string;
  readonly send: string;
  readonly arrived: string;
}
const OURS: Wire = { path: SIGNALING_SOCKET_PATH, send: 'signal:send', arrived: 'signal:arrived' };
const BARE: Wire = { path: FLOOR_PATH, send: 'message:send', arrived: 'message:arrived' };

/** Sealed invites across two replicas of signaling: how soon one rings, and how many a second come through. */
export async function measureCalls(
  around: Surroundings,
  plan: CallsPlan,
  bare: BareServers | null,
): Promise<Measure[]> {
  const people = await around.people.first(2 * plan.pairs);
  around.print(`${plan.rings} rings between ${plan.pairs} pairs`);
  const pairs = await sealedPairs(around, people);
  const ours = await carry(OURS, pairs, plan);
  const floor =
    bare &&
    (await carry(
      BARE,
      pairs.map(({ body }, index): Pair => {
        const room = `call-${index}`;
        return { from: bareSeat(bare, 2 * index, room), to: bareSeat(bare, 2 * index + 1, room), body };
      }),
      plan,
    ));
  const beside = floor && `, bare ${Math.round(floor.perSecond)}/s (${(floor.perSecond / ours.perSecond).toFixed(1)}x)`;
  return [
    measureOf({
      what: 'a ring across replicas',
      times: ours.ringMs,
      ...(floor && { floorTimes: floor.ringMs }),
      markMs: MARK_MS,
      faults: ours.faults,
    }),
    measureOf({
      what: `signals: ${Math.round(ours.perSecond)}/s${beside ?? ''}`,
      times: ours.ackMs,
      ...(floor && { floorTimes: floor.ackMs }),
    }),
  ];
}

/** A real sealed invite of each pair; a server cannot tell one from the next. */
async function sealedPairs({ p, seatOf, stack }: Surroundings, people: readonly Person[]): Promise<Pair[]> {
  const urls = [1, 2].map((number) => stack.replica('signaling', number).url);
  const seatAt = async (person: Person, replica: number): Promise<Seat> => ({
    url: urls[replica]!,
    headers: await person.handshakeHeaders(),
  });
  const pairs: Pair[] = [];
  for (let first = 0; first + 1 < people.length; first += 2) {
    const [caller, callee] = [people[first]!, people[first + 1]!];
    await openConversations(MESSAGING_PATH, [{ seat: await seatOf(caller, first), peerUserId: callee.userId }]);
    const random = () => randomBytes(32).toString('base64url');
    const data = writeCallSignal({
      t: 'invite',
      fingerprint: random(),
      sealsFrames: true,
      media: 'voice',
      group: false,
      commitment: random(),
    });
    const { bytes } = await sealEnvelope(p, {
      sender: caller.device,
      recipients: [caller.recipient, callee.recipient],
      messageId: asBytes16(p.randomBytes(16)),
      senderSeq: 1,
      previousHash: new Uint8Array(32) as Bytes32,
      sentAtMs: Date.now(),
      inner: { t: 'signal', callId: asBytes16(p.randomBytes(16)), data },
    });
    const body = { toUserId: callee.userId, toDeviceId: null, envelope: Buffer.from(bytes) };
    pairs.push({ from: await seatAt(caller, 0), to: await seatAt(callee, 1), body });
  }
  return pairs;
}

interface Carried {
  readonly ringMs: readonly number[];
  readonly ackMs: readonly number[];
  readonly perSecond: number;
  readonly faults: readonly string[];
}

/** A pair that is connected. */
class Line {
  arrived = 0;
  sent = 0;
  onArrival: () => void = () => undefined;
  caller!: Caller;
  callee!: Caller;

  constructor(
    readonly wire: Wire,
    readonly body: object,
  ) {}

  static async of(wire: Wire, { body, from, to }: Pair): Promise<Line> {
    const line = new Line(wire, body);
    line.callee = await Caller.connect(to, wire.path, (event) => {
      if (event !== wire.arrived) return;
      line.arrived++;
      line.onArrival();
    });
    line.caller = await Caller.connect(from, wire.path);
    return line;
  }

  async say(): Promise<void> {
    this.sent++;
    await this.caller.mustDo(this.wire.send, this.body);
  }

  close(): void {
    this.caller.close();
    this.callee.close();
  }
}

async function carry(wire: Wire, pairs: readonly Pair[], plan: CallsPlan): Promise<Carried> {
  const lines: Line[] = [];
  try {
    for (const pair of pairs) lines.push(await Line.of(wire, pair));
    // what runs often is compiled before anything is measured
    await fullSpeed(lines, plan.seconds * 500);
    const ringMs = await ring(lines, plan.rings);
    const { ackMs, perSecond } = await fullSpeed(lines, plan.seconds * 1000);
    const faults = lines.flatMap(({ arrived, sent }) => (arrived === sent ? [] : [`${sent} said, ${arrived} heard`]));
    return { ringMs, ackMs, perSecond, faults };
  } finally {
    for (const line of lines) line.close();
  }
}

/** At a steady pace, one pair after the other: from when each was due until the other device had it. */
async function ring(lines: readonly Line[], rings: number): Promise<number[]> {
  const heard: Promise<number>[] = [];
  const before = new Map<Line, Promise<unknown>>();
  let dueMs = performance.now();
  for (let index = 0; index < rings; index++) {
    dueMs += RING_EVERY_MS;
    await pause(Math.max(0, dueMs - performance.now()));
    const line = lines[index % lines.length]!;
    await before.get(line);
    const fromMs = dueMs;
    const arrival = new Promise<number>((resolve) => {
      line.onArrival = () => resolve(performance.now() - fromMs);
    });
    const ringing = Promise.all([arrival, line.say()]).then(([ms]) => ms);
    before.set(line, ringing);
    heard.push(ringing);
  }
  return Promise.all(heard);
}

/** Each pair says the next as soon as one of its last few was taken; over when all of them have arrived. */
async function fullSpeed(
  lines: readonly Line[],
  forMs: number,
): Promise<{ readonly ackMs: number[]; readonly perSecond: number }> {
  const fromMs = performance.now();
  const ackMs: number[] = [];
  const keepSaying = async (line: Line): Promise<void> => {
    while (performance.now() - fromMs < forMs) {
      const saidMs = performance.now();
      await line.say();
      ackMs.push(performance.now() - saidMs);
    }
  };
  await Promise.all(lines.flatMap((line) => Array.from({ length: AT_ONCE }, () => keepSaying(line))));
  const isThere = () => lines.every(({ arrived, sent }) => arrived >= sent);
  const deadline = performance.now() + ARRIVES_WITHIN_MS;
  while (!isThere() && performance.now() < deadline) await pause(1);
  return { ackMs, perSecond: (ackMs.length * 1000) / (performance.now() - fromMs) };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
