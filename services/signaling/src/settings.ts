import * as z from 'zod';

const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** Environment variables of signaling itself. THROTTLE_SCALE multiplies the rates. */
export const SignalingEnvironment = z.object({
  /** Signals that a user may send at once, on all sockets together (a call's candidates come in a burst), and how many more each second. */
  SIGNAL_BURST: count(1, 1_000_000).default(200),
  SIGNALS_PER_SECOND: count(1, 1_000_000).default(20),
  /** How long a conversation's members are remembered. */
  MEMBERS_REMEMBERED_MS: count(0, 3_600_000).default(10_000),
  /** How long it is remembered that a conversation has none. */
  UNKNOWN_REMEMBERED_MS: count(0, 3_600_000).default(2_000),
  /** How often what was counted is written to the store. */
  TALLY_INTERVAL_MS: count(10, 3_600_000).default(5_000),
});
export type SignalingEnvironment = z.infer<typeof SignalingEnvironment>;
