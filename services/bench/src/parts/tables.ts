import type { Surroundings } from '../ours/ours.js';
import type { Person } from '../ours/people.js';
import { fillAuth, fillLedger, type Filling } from '../store/fill-stores.js';
import { measureOf, type Measure } from './measure.js';

/** Of an answer, whole, as the browser of an operator gets it. */
const MARK_MS = 50;
const STATEMENT_PAGE = 500;
const SETTLE_MS = 1_000;

export interface TablesPlan extends Filling {
  /** How often each page is asked for. */
  readonly times: number;
}

/** The pages that an operator and a user turn, with stores that are nearly empty, and then with full ones. */
export async function measureTables({ people, print, stack }: Surroundings, plan: TablesPlan): Promise<Measure[]> {
  const [operator] = await people.first(1);
  const admin = `${stack.replica('admin').url}/api/admin`;
  const credits = `${stack.replica('credits').url}/api/credits`;
  await ask(operator!, `${admin}/bootstrap`, { token: stack.bootstrapToken() });
  // the new role stands in a new session
  await operator!.logIn();
  const pages = (users: number): Readonly<Record<string, string>> => ({
    'the newest 50 users': `${admin}/users`,
    '50 users in the middle, by name': `${admin}/users?sort=username&order=asc&page=${Math.trunc(users / 100)}`,
    'the last 50 users': `${admin}/users?page=${Math.max(0, Math.trunc(users / 50) - 1)}`,
    'users whose name begins with a7': `${admin}/users?search=a7`,
    'the newest 50 lines of a statement': `${credits}/statement`,
    [`${STATEMENT_PAGE} lines of it`]: `${credits}/statement?limit=${STATEMENT_PAGE}`,
  });
  const timesOf = async (address: string): Promise<number[]> => {
    const times: number[] = [];
    for (let n = 0; n < plan.times; n++) {
      const fromMs = performance.now();
      await ask(operator!, address);
      times.push(performance.now() - fromMs);
    }
    return times;
  };
  const floor = new Map<string, readonly number[]>();
  for (const [what, address] of Object.entries(pages(1))) floor.set(what, await timesOf(address));
  print(`filling the stores: ${plan.users} users, ${plan.lines + plan.heavyLines} lines`);
  const owners = fillAuth(stack.replica('auth').storeFile, plan.users);
  fillLedger(stack.replica('credits').storeFile, owners, operator!.userId, plan);
  // the services have hung up meanwhile, and this process was too busy to notice
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const measures: Measure[] = [];
  for (const [what, address] of Object.entries(pages(plan.users)))
    measures.push(measureOf({ what, times: await timesOf(address), floorTimes: floor.get(what)!, markMs: MARK_MS }));
  return measures;
}

async function ask(person: Person, address: string, body?: object): Promise<void> {
  const response = await fetch(address, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(await person.handshakeHeaders()),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${address} answered ${response.status}: ${text.slice(0, 300)}`);
}
