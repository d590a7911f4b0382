import * as z from 'zod';
import { TimeMs } from './ids.js';

// GET /api/admin/statistics, for operators: what this server does and how its parts are. Totals alone; nothing of them says who, with whom or what.
// Their parts come from auth POST /internal/users/statistics, credits POST /internal/statistics, and what each replica says of itself in Redis.

/** So many hours back are counted: a week. */
export const STATISTICS_HOURS = 168;
/** So many days back, in UTC. */
export const STATISTICS_DAYS = 31;
/** Replicas of all services together that are listed. */
export const REPLICAS_MAX = 200;

const count = z.int().min(0);

/** Which rows are asked for: those at `fromMs` or later. */
export const StatisticsQuery = z.strictObject({ fromMs: TimeMs });
export type StatisticsQuery = z.infer<typeof StatisticsQuery>;

/** What was charged and given out in one hour (UTC); an hour in which nothing was is not listed. */
export const HourTotals = z.strictObject({
  /** Where it begins. */
  hourAtMs: TimeMs,
  /** Messages to one person. */
  messages: count,
  groupMessages: count,
  calls: count,
  /** Credits: openings, top-ups, and what operators gave less what they took. */
  issued: z.int(),
  /** Credits that messages and calls cost. */
  spent: count,
});
export type HourTotals = z.infer<typeof HourTotals>;

/** What the ledger says. Credits. */
export const CreditsStatistics = z.strictObject({
  /** Ever given out, less what was taken back; all that users have together is this less `spent`. */
  issued: z.int(),
  spent: count,
  /** Set aside for what is on its way. */
  held: count,
  topups: z.strictObject({
    /** Requests that nobody has decided. */
    waiting: count,
    amount: count,
    oldestAtMs: TimeMs.nullable(),
  }),
  /** Rising. */
  hours: z.array(HourTotals).max(STATISTICS_HOURS + 1),
});
export type CreditsStatistics = z.infer<typeof CreditsStatistics>;

/** How many accounts there are. */
export const UsersStatistics = z.strictObject({
  open: count,
  banned: count,
  deleted: count,
  /** Accounts made on a day (UTC), those deleted since among them; rising, days without are not listed. */
  days: z.array(z.strictObject({ dayAtMs: TimeMs, joined: count })).max(STATISTICS_DAYS + 1),
});
export type UsersStatistics = z.infer<typeof UsersStatistics>;

/** What a process of a service says of itself, every few seconds. */
export const ReplicaStanding = z.strictObject({
  service: z
    .string()
    .max(30)
    .regex(/^[a-z-]+$/),
  replicaId: z
    .string()
    .max(100)
    .regex(/^[a-z0-9-]+$/),
  startedAtMs: TimeMs,
  status: z.enum(['ok', 'unavailable']),
  /** By name: the store, Redis, the ledger, the audit log. */
  checks: z.record(z.string().max(50), z.enum(['ok', 'degraded', 'down'])),
  /** Sockets that stand; null where the service has none. */
  connections: count.nullable(),
  /** What its store takes on the disk, bytes. */
  storeBytes: count,
});
export type ReplicaStanding = z.infer<typeof ReplicaStanding>;

export const StatisticsAnswer = z.strictObject({
  /** The server's clock. */
  atMs: TimeMs,
  /** null while auth does not answer. */
  users: UsersStatistics.nullable(),
  /** null while credits does not answer. */
  credits: CreditsStatistics.nullable(),
  /** By service and name; null while Redis does not answer. One that was killed is listed for a few seconds more. */
  replicas: z.array(ReplicaStanding).max(REPLICAS_MAX).nullable(),
});
export type StatisticsAnswer = z.infer<typeof StatisticsAnswer>;
