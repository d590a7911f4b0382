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

/**
 * Raises the rate for all sides in turn, so that each rate meets all of them at about the same time, and drops a side at the first
 * rate that it does not hold in so many tries: a shared machine has bad moments, and a good trial cannot be had by luck.
 */
export async function climb(
  targets: readonly Target[],
  rates: readonly number[],
  length: TrialLength,
  tries: number,
  onTrial: (target: Target, result: TrialResult) => void,
): Promise<Climb[]> {
  const climbs = targets.map((target) => ({
    target,
    trials: [] as TrialResult[],
    held: [] as TrialResult[],
    standing: true,
  }));
  for (const rate of rates) {
    for (const side of climbs) {
      for (let attempt = 1; side.standing; attempt++) {
        const result = await side.target.trial(rate, length);
        onTrial(side.target, result);
        side.trials.push(result);
        if (faultsOf(result.outcome).length === 0) {
          side.held.push(result);
          break;
        }
        if (attempt === tries) side.standing = false;
      }
    }
  }
  return climbs.map(({ target, trials, held }) => ({ side: target.name, trials, held }));
}
