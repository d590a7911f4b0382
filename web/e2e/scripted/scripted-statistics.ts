import type { StatisticsAnswer } from '@secureconnect/contracts/statistics';
import type { Outcome } from '@secureconnect/client/messenger';

import { ok } from './scripted-stage';
import { ScriptedTopups } from './scripted-topups';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MEGABYTE = 1_048_576;

type Replica = NonNullable<StatisticsAnswer['replicas']>[number];

/** The part of the script that is about what the server does, in totals. */
export abstract class ScriptedStatistics extends ScriptedTopups {
  #changes: Partial<StatisticsAnswer> = {};

  async statistics(): Promise<Outcome<StatisticsAnswer>> {
    return (await this.asked('statistics')) ?? ok({ ...quietServer(Date.now()), ...this.#changes });
  }

  /** A part of the server does not answer any more. */
  loseService(part: 'users' | 'credits' | 'replicas'): void {
    this.#changes = { ...this.#changes, [part]: null };
  }

  /** One gateway is left, without Redis; nobody is heard of the calls. */
  breakReplicas(): void {
    const { replicas, atMs } = quietServer(Date.now());
    const left = (replicas ?? []).filter(
      ({ service, replicaId }) => service !== 'signaling' && replicaId !== 'messaging-gateway-2',
    );
    const [, gateway] = left;
    const lame: Replica = { ...gateway!, checks: { ...gateway!.checks, redis: 'degraded' }, startedAtMs: atMs };
    this.#changes = { ...this.#changes, replicas: left.map((replica) => (replica === gateway ? lame : replica)) };
  }
}

/** Busy by day, quiet by night. */
function quietServer(atMs: number): StatisticsAnswer {
  const lastHour = atMs - (atMs % HOUR_MS);
  const today = atMs - (atMs % DAY_MS);
  const hours = Array.from({ length: 168 }, (_, index) => {
    const hourAtMs = lastHour - (167 - index) * HOUR_MS;
    const hour = new Date(hourAtMs).getHours();
    const busy = hour < 6 ? 0 : Math.round(120 * Math.sin((Math.PI * (hour - 5)) / 19) + (index % 7) * 9);
    const calls = Math.floor(busy / 25);
    const [messages, groupMessages] = [busy, Math.floor(busy / 3)];
    const issued = index % 12 === 0 ? 500 : 0;
    return { hourAtMs, messages, groupMessages, calls, issued, spent: messages + groupMessages + calls * 5 };
  }).filter(({ messages, issued }) => messages + issued > 0);
  const days = Array.from({ length: 31 }, (_, index) => ({
    dayAtMs: today - (30 - index) * DAY_MS,
    joined: (index * 7) % 5,
  })).filter(({ joined }) => joined > 0);
  const replica = (service: string, replicaId: string, connections: number | null, megabytes: number): Replica => ({
    ...{ service, replicaId, connections, startedAtMs: atMs - 3 * DAY_MS, status: 'ok' },
    checks: { redis: 'ok', store: 'ok' },
    storeBytes: megabytes * MEGABYTE,
  });
  return {
    atMs,
    users: { open: 1_284, banned: 3, deleted: 17, days },
    credits: {
      ...{ issued: 742_500, spent: 318_204, held: 12 },
      topups: { waiting: 3, amount: 101_500, oldestAtMs: atMs - 5 * HOUR_MS },
      hours,
    },
    replicas: [
      replica('auth', 'auth-1', null, 14),
      replica('messaging-gateway', 'messaging-gateway-1', 231, 412),
      replica('messaging-gateway', 'messaging-gateway-2', 219, 412),
      replica('signaling', 'signaling-1', 224, 1),
      replica('signaling', 'signaling-2', 226, 1),
      replica('credits', 'credits-1', null, 96),
      replica('admin', 'admin-1', null, 2),
    ],
  };
}
