import fc from 'fast-check';
import type { Defence } from '../src/mallory/attacks/attack.js';
import { GROUP_ATTACKS } from '../src/mallory/attacks/group-attacks.js';
import { runWithout } from '../src/mallory/switchboard.js';
import { accept, connected, DEVICE_COUNT, GroupOfFive } from './group-of-five.js';
import { anyGroupStep, isLie, take, type GroupStep } from './group-steps.js';
import {
  disagreements,
  inWrittenOrder,
  readableBy,
  seeGroup,
  textsIn,
  wrongInGroup,
  wrongInTheEnd,
  type GroupSeen,
} from './group-verdict.js';
import { playedIn, STEPS } from './histories.js';
import { isQuiet, whatStays } from './two-by-two.js';

const STEPS_A_RUN = 500;

jest.setTimeout(240_000 + STEPS * 120);

const seeAll = (all: GroupOfFive) => Promise.all(all.devices.map((device) => seeGroup(all, device)));
const state = async (all: GroupOfFive) =>
  (await seeAll(all)).map(({ texts, marks, alarms, group }) => JSON.stringify([texts, marks, alarms, group]));

/** Plays a history, and says what is wrong with what the seven devices show of it. */
async function play(steps: readonly GroupStep[], liedTo: readonly number[]): Promise<string[]> {
  const all = await GroupOfFive.meet();
  try {
    const byDevice = new Map<string, number>();
    for (const [number, step] of steps.entries()) {
      if (isLie(step) && !liedTo.includes(step.device)) continue;
      const before = all.said.length;
      await take(all, step, number);
      if (all.said.length > before) byDevice.set(all.said.at(-1)!.text, step.device);
    }
    await isQuiet(() => state(all));
    const wrong = wrongAnyway(all, await seeAll(all), byDevice);
    wrong.push(...(await all.wrapsForOthers()));
    return [...new Set([...wrong, ...(await afterTheTruth(all, byDevice))])];
  } finally {
    await all.end();
  }
}

function wrongAnyway(all: GroupOfFive, seen: readonly GroupSeen[], byDevice: ReadonlyMap<string, number>): string[] {
  return seen.flatMap((one) => [...wrongInGroup(all, one), ...inWrittenOrder(all, one, byDevice)]);
}

/** The server is honest again: what was never lied to converges, whatever is amiss elsewhere can be seen, and a clean browser has everything. */
async function afterTheTruth(all: GroupOfFive, byDevice: ReadonlyMap<string, number>): Promise<string[]> {
  for (const { delivery, served } of all.devices) {
    delivery.lies.end();
    served.falseKeys = false;
    served.oldVault = null;
  }
  for (const device of all.devices) await all.restart(device);
  const open = all.devices.filter(({ deceived }) => !deceived);
  await connected(open);
  for (const device of all.devices) {
    await accept(device, all.groupId);
    if (all.wasMember(device.user)) await device.person.messenger.lookAgain(all.groupId);
  }
  const wrongNow = async () => {
    const seen = await seeAll(all);
    return [...seen.flatMap((one) => wrongInTheEnd(all, one)), ...disagreements(all, seen)];
  };
  const wrong = await whatStays(wrongNow, 90_000);
  wrong.push(...wrongAnyway(all, await seeAll(all), byDevice), ...(await all.wrapsForOthers()));
  const clean = await all.elsewhere('carol');
  const lacking = async () => {
    const page = await clean.messenger.messages(all.groupId, { beforeSeq: null, limit: 2_000 });
    const messages = page.ok ? page.value.messages : [];
    const [texts, readable] = [textsIn(messages), readableBy(all, all.idOf('carol'))];
    const unverifiable = messages.filter(({ content }) => content.kind === 'unverifiable');
    const isOfRemoved = unverifiable.every(({ sender }) => !all.state.members.has(sender));
    const isWhole = isOfRemoved && readable.length === texts.length + unverifiable.length;
    return isWhole ? [] : [`a clean browser of carol shows ${texts.length} of ${readable.length}`];
  };
  wrong.push(...(await whatStays(lacking)));
  return wrong;
}

describe('a group of five with seven devices, and a delivery service that lies about messages, members and epochs', () => {
  it('is not taken for well where account signatures count whosever they are', async () => {
    const { without } = GROUP_ATTACKS.find(({ row }) => row === 68)!;
    const [write, ghost] = [{ do: 'write', device: 1 } as const, { do: 'ghost', device: 1 } as const];
    const wrong = await runWithout(without as readonly Defence[], () => play([write, ghost, write, write], [1]));
    expect(wrong.join()).toContain('eve');
  });

  it('opens for nobody who is no member, lets nobody back in, agrees, and shows what is amiss', async () => {
    const history = fc.array(anyGroupStep, { minLength: STEPS_A_RUN, maxLength: STEPS_A_RUN });
    const liedTo = fc.subarray(Array.from({ length: DEVICE_COUNT }, (_, index) => index));
    await fc.assert(
      fc.asyncProperty(history, liedTo, async (steps, devices) => {
        expect(await play(steps, devices)).toEqual([]);
      }),
      playedIn(STEPS_A_RUN),
    );
  });
});
