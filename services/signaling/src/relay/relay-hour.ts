import type { RelayOutcome } from '@secureconnect/contracts/internal';

export const HOUR_MS = 3_600_000;

/** How many signals of one outcome there were in one hour. Nobody's id, no conversation, no time within the hour. */
export interface RelayHour {
  /** Begin of the hour. */
  readonly hourAtMs: number;
  readonly outcome: RelayOutcome;
  readonly signals: number;
  /** Of the envelopes that were relayed. */
  readonly bytes: number;
}

/** Begin of the hour that a time lies in. */
export function hourOf(atMs: number): number {
  return atMs - (atMs % HOUR_MS);
}
