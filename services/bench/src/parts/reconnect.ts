import { bareSeat } from '../floor/floor.js';
import { FLOOR_PATH } from '../floor/floor-wire.js';
import type { BareServers } from '../floor/bare-servers.js';
import type { Seat } from '../load/plan.js';
import { MESSAGING_PATH, type Surroundings } from '../ours/ours.js';
import { LeanSocket } from '../wire/lean-socket.js';
import { measureOf, type Measure } from './measure.js';

/** All are back within so many milliseconds: people see a short "reconnecting". */
const MARK_MS = 3_000;
/** How the sockets come the first time: in no storm. */
const AT_ONCE = 25;
const REST_MS = 1_000;

export interface ReconnectPlan {
  readonly clients: number;
  /** Several clients of each: to register is not what is measured. */
  readonly people: number;
}

/** All clients lose their connection at once, and all come back at once: handshake, session check, rooms heard on all replicas. */
export async function measureReconnect(
  around: Surroundings,
  { clients, people }: ReconnectPlan,
  bare: BareServers | null,
): Promise<Measure[]> {
  const persons = await around.people.first(people);
  around.print(`${clients} clients reconnect`);
  const seats = await Promise.all(
    Array.from({ length: clients }, (_, index) => around.seatOf(persons[index % people]!, Math.floor(index / people))),
  );
  const ours = await storm(seats, MESSAGING_PATH);
  const bareSeats = bare && seats.map((_, index) => bareSeat(bare, index, `storm-${index % people}`));
  const floor = bareSeats && (await storm(bareSeats, FLOOR_PATH));
  return [
    measureOf({
      what: `${clients} clients reconnect at once`,
      times: ours.times,
      ...(floor && { floorTimes: floor.times }),
      markMs: MARK_MS,
      faults: ours.faults,
    }),
  ];
}

async function storm(seats: readonly Seat[], path: string): Promise<{ times: number[]; faults: string[] }> {
  const sockets: LeanSocket[] = [];
  for (let from = 0; from < seats.length; from += AT_ONCE) {
    const some = seats.slice(from, from + AT_ONCE);
    sockets.push(...(await Promise.all(some.map((seat) => LeanSocket.connect(seat, path)))));
  }
  for (const socket of sockets) socket.close();
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const fromMs = performance.now();
  const come = async (seat: Seat) => ({ socket: await LeanSocket.connect(seat, path), ms: performance.now() - fromMs });
  const came = await Promise.allSettled(seats.map(come));
  const back = came.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  for (const { socket } of back) socket.close();
  const lost = seats.length - back.length;
  return { times: back.map(({ ms }) => ms), faults: lost > 0 ? [`${lost} did not come back`] : [] };
}
