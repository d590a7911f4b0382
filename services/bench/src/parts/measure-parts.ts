import type { BareServers } from '../floor/bare-servers.js';
import type { Surroundings } from '../ours/ours.js';
import type { BenchSettings, Part } from '../settings.js';
import { measureCalls, type CallsPlan } from './calls.js';
import { measureGroups, type GroupsPlan } from './groups.js';
import { measureLogins, type LoginsPlan } from './logins.js';
import { measureHead, measureLine, type Measure } from './measure.js';
import { measureReconnect, type ReconnectPlan } from './reconnect.js';
import { measureSync, type SyncPlan } from './sync.js';
import { measureTables, type TablesPlan } from './tables.js';

interface Plans {
  readonly calls: CallsPlan;
  readonly groups: GroupsPlan;
  readonly reconnect: ReconnectPlan;
  readonly sync: SyncPlan;
  readonly logins: LoginsPlan;
  readonly tables: TablesPlan;
}
const FULL: Plans = {
  calls: { pairs: 20, rings: 500, seconds: 4 },
  groups: { sizes: [10, 50, 256], sends: 100, sendsPerSecond: 10, changes: 20 },
  reconnect: { clients: 500, people: 100 },
  sync: { messages: 10_000, firstScreens: 50, wholes: 3 },
  logins: { logins: 20 },
  tables: { users: 100_000, lines: 5_000_000, heavyLines: 100_000, times: 100 },
};
/** Enough for every step to be taken. */
const SMALL: Plans = {
  calls: { pairs: 2, rings: 6, seconds: 0.1 },
  groups: { sizes: [3, 5], sends: 5, sendsPerSecond: 10, changes: 2 },
  reconnect: { clients: 12, people: 4 },
  sync: { messages: 30, firstScreens: 2, wholes: 1 },
  logins: { logins: 3 },
  tables: { users: 200, lines: 2_000, heavyLines: 600, times: 3 },
};

/** Everything but the climb of rates, as far as it was asked for, a row a measure. */
export async function measureParts(
  { parts, smoke }: BenchSettings,
  around: Surroundings,
  bare: BareServers | null,
  print: (text: string) => void,
): Promise<Partial<Record<Part, readonly Measure[]>>> {
  const plans = smoke ? SMALL : FULL;
  const measures: Partial<Record<Part, readonly Measure[]>> = {};
  const run: Readonly<Record<keyof Plans, () => Promise<Measure[]>>> = {
    calls: () => measureCalls(around, plans.calls, bare),
    groups: () => measureGroups(around, plans.groups, bare),
    reconnect: () => measureReconnect(around, plans.reconnect, bare),
    sync: () => measureSync(around, plans.sync),
    logins: () => measureLogins(around, plans.logins),
    tables: () => measureTables(around, plans.tables),
  };
  for (const part of parts) if (part !== 'direct') measures[part] = await run[part]();
  const rows = Object.values(measures).flat();
  if (rows.length > 0) [measureHead(), ...rows.map(measureLine)].forEach(print);
  return measures;
}
