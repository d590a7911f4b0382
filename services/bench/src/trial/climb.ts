import type { TrialResult } from './run-trial.js';
import type { Target, TrialLength } from './target.js';
import { faultsOf } from './verdict.js';

/** What one side reached. */
export interface Climb {
  readonly side: Target['name'];
  /** Every trial, failed ones too, in order. */
  readonly trials: readonly TrialResult[];
  /** The trial that held, by rate; rising. */
  readonly held: readonly TrialResult[];
}

/** How often a rate is tried before it counts as not held: a shared machine has bad moments, and a good trial cannot be had by luck. */
export interface Tries {
  /** Trials on a quiet machine. */
  readonly quiet: number;
  /** Trials in all: those that others disturbed do not count, but there is an end. */
  readonly all: number;
}

/** Others' share of the machine above which a failed trial proves nothing. */
const DISTURBED_SHARE = 0.08;

/**
 * Raises the rate for all sides in turn, so that each rate meets all of them at about the same time, and drops a side at the first
 * rate that it does not hold.
 */
export async function climb(
  targets: readonly Target[],
  rates: readonly number[],
  length: TrialLength,
  tries: Tries,
  onTrial: (target: Target, result: TrialResult) => void,
): Promise<Climb[]> {
  const climbs = targets.map((target) => ({ target, trials: [] as TrialResult[], held: [] as TrialResult[] }));
  let standing = climbs;
  for (const rate of rates) {
    const holding: typeof climbs = [];
    for (const side of standing) {
      if (await hold(side, rate)) holding.push(side);
    }
    standing = holding;
  }
  return climbs.map(({ target, trials, held }) => ({ side: target.name, trials, held }));

  async function hold({ target, trials, held }: (typeof climbs)[number], rate: number): Promise<boolean> {
    for (let quiet = 0, all = 0; quiet < tries.quiet && all < tries.all; all++) {
      const result = await target.trial(rate, length);
      onTrial(target, result);
      trials.push(result);
      if (faultsOf(result.outcome).length === 0) {
        held.push(result);
        return true;
      }
      if (result.othersShare <= DISTURBED_SHARE) quiet++;
    }
    return false;
  }
}
