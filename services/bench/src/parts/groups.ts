import { LIMITS } from '@secureconnect/contracts/limits';
import { bareFrames, bareSeat } from '../floor/floor.js';
import { FLOOR_PATH } from '../floor/floor-wire.js';
import type { BareServers } from '../floor/bare-servers.js';
import { BODY } from '../ours/chains.js';
import { MESSAGING_PATH, type Surroundings } from '../ours/ours.js';
import { Caller } from '../wire/caller.js';
import { broadcast } from './broadcast.js';
import { measureOf, type Measure } from './measure.js';
import { WrittenGroup } from './written-group.js';

/** The mark for a message to reach all of a group, by its size. */
const MARKS_MS: ReadonlyMap<number, number> = new Map([[50, 100]]);
const HEARD_WITHIN_MS = 60_000;

export interface GroupsPlan {
  /** Rising. */
  readonly sizes: readonly number[];
  readonly sends: number;
  readonly sendsPerSecond: number;
  /** Members taken out and in again. */
  readonly changes: number;
}

/** One group that grows: its owner sends, everybody else must hear; then members are taken out and in, each time with a new epoch. */
export async function measureGroups(
  around: Surroundings,
  plan: GroupsPlan,
  bare: BareServers | null,
): Promise<Measure[]> {
  const { p, seatOf, print } = around;
  const people = await around.people.first(plan.sizes.at(-1)!);
  const { group, entry } = await WrittenGroup.create(p, people[0]!);
  const owner = async () => Caller.connect(await seatOf(people[0]!, 0), MESSAGING_PATH);
  const measures: Measure[] = [];
  let entries: Uint8Array[] = [entry];
  for (const size of plan.sizes) {
    print(`a group of ${size}`);
    while (group.size < size) entries.push(await group.add(people[group.size]!));
    const caller = await owner();
    while (entries.length > 0) {
      const page = entries.splice(0, LIMITS.groupEntriesPageMax);
      await caller.mustDo('group:append', { groupId: group.id, entries: page });
    }
    const { bytes: epoch, wraps } = await group.rotate();
    await caller.mustDo('group:rotate', { groupId: group.id, epoch, wraps });
    caller.close();
    measures.push(...(await sends(around, group, size, plan, bare)));
    measures.push(await changes(around, group, size, plan.changes));
    entries = [];
  }
  return measures;
}

async function sends(
  { people, seatOf }: Surroundings,
  group: WrittenGroup,
  size: number,
  { sends: count, sendsPerSecond: perSecond }: GroupsPlan,
  bare: BareServers | null,
): Promise<Measure[]> {
  const members = await people.first(size);
  const frames = await group.seal(count, BODY);
  const seats = await Promise.all(members.map(seatOf));
  const ours = await broadcast({ path: MESSAGING_PATH, seats, frames, perSecond });
  const floor = bare && (await bareBroadcast(bare, size, count, frames[0]!.length, perSecond));
  const floorTimes = floor?.reachedAllMs;
  const markMs = MARKS_MS.get(size);
  return [
    measureOf({
      what: `a message reaches all of a group of ${size}`,
      times: ours.reachedAllMs,
      ...(floorTimes && { floorTimes }),
      ...(markMs !== undefined && { markMs }),
      faults: ours.faults,
    }),
    measureOf({
      what: `its sender is answered (${size})`,
      times: ours.ackMs,
      ...(floor && { floorTimes: floor.ackMs }),
    }),
  ];
}

function bareBroadcast(bare: BareServers, size: number, count: number, frameBytes: number, perSecond: number) {
  const noise = bareFrames(count, frameBytes);
  const frames = Array.from({ length: count }, (_, index) =>
    noise.subarray(index * frameBytes, (index + 1) * frameBytes),
  );
  const seats = Array.from({ length: size }, (_, seat) => bareSeat(bare, seat, `group-${size}`));
  return broadcast({ path: FLOOR_PATH, seats, frames, perSecond });
}

/** From the entry's way to the server until every member has heard of the epoch that follows; keys and signatures are made before. */
async function changes(
  { people, seatOf }: Surroundings,
  group: WrittenGroup,
  size: number,
  count: number,
): Promise<Measure> {
  const members = await people.first(size);
  const heard = new Int32Array(size);
  const callers = await Promise.all(
    members.map(async (member, index) =>
      Caller.connect(await seatOf(member, index), MESSAGING_PATH, (event, body) => {
        if (event === 'group:changed' && body.groupId === group.id) {
          heard[index] = Math.max(heard[index]!, Number(body.lastEpoch));
        }
      }),
    ),
  );
  const times: number[] = [];
  const faults: string[] = [];
  try {
    for (let change = 0; change < count; change++) {
      const isRemoval = group.size === size;
      const entry = isRemoval ? await group.removeLast() : await group.add(members[group.size]!);
      const { bytes: epoch, wraps } = await group.rotate();
      const fromMs = performance.now();
      await callers[0]!.mustDo('group:append', { groupId: group.id, entries: [entry] });
      await callers[0]!.mustDo('group:rotate', { groupId: group.id, epoch, wraps });
      const isHeard = () => heard.subarray(0, group.size).every((lastEpoch) => lastEpoch >= group.epoch);
      if (await until(isHeard)) times.push(performance.now() - fromMs);
      else faults.push('a change was not heard by all');
    }
  } finally {
    for (const caller of callers) caller.close();
  }
  return measureOf({ what: `a member goes or comes, new epoch (${size})`, times, faults });
}

async function until(condition: () => boolean): Promise<boolean> {
  const deadline = performance.now() + HEARD_WITHIN_MS;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return true;
}
