import type { Surroundings } from '../ours/ours.js';
import { measureOf, type Measure } from './measure.js';

/** An unrelated request, while passwords are being checked. */
const MARK_MS = 50;
const EVERY_MS = 10;
/** Asked before the logins begin, and left out. */
const ASKED_BEFORE = 50;

export interface LoginsPlan {
  readonly logins: number;
}

/** Many log in at once; somebody else asks auth who they are, at a steady pace. */
export async function measureLogins({ people, print }: Surroundings, { logins }: LoginsPlan): Promise<Measure[]> {
  const [other, ...others] = await people.first(logins + 1);
  print(`${logins} logins at once`);
  const probe = async (dueMs: number): Promise<number> => {
    await other!.whoAmI();
    return performance.now() - dueMs;
  };
  const asking: Promise<number>[] = [];
  let dueMs = performance.now();
  const askOnce = async (): Promise<void> => {
    dueMs += EVERY_MS;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
    asking.push(probe(dueMs));
  };
  for (let asked = 0; asked < ASKED_BEFORE; asked++) await askOnce();
  const fromMs = performance.now();
  const storm = { isOver: false };
  const took: number[] = [];
  const all = Promise.all(
    others.map(async (person) => {
      await person.logIn();
      took.push(performance.now() - fromMs);
    }),
  ).finally(() => (storm.isOver = true));
  while (!storm.isOver) await askOnce();
  await all;
  const times = await Promise.all(asking);
  return [
    measureOf({
      what: `another request during ${logins} logins`,
      times: times.slice(ASKED_BEFORE),
      floorTimes: times.slice(0, ASKED_BEFORE),
      markMs: MARK_MS,
    }),
    measureOf({ what: 'one of these logins', times: took }),
  ];
}
